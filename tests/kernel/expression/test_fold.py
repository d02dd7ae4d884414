"""Folding in Python and in PostgreSQL is the same for every character and every text."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relata.kernel.expression.fold import fold
from relata.kernel.expression.texts import lower, upper

if TYPE_CHECKING:
    import psycopg

EVERY_CHARACTER = [
    chr(code) for code in range(1, sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")
]


@pytest.mark.parametrize("name", ["fold", "lower", "upper"])
def test_every_assigned_character_changes_alike_in_python_and_in_postgresql(
    connection: psycopg.Connection, name: str
) -> None:
    python = {"fold": fold, "lower": lower, "upper": upper}[name]
    rows = connection.execute(
        f"select c, relata.{name}(c), relata.{name}(c || 'a') from unnest(%s::text[]) c",
        (EVERY_CHARACTER,),
    ).fetchall()
    different = [
        (char, folded, python(char))
        for char, folded, beside in rows
        if folded != python(char) or beside != python(char + "a")
    ]
    assert different == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cn"])),
        max_size=30,
    )
)
def test_every_text_folds_alike_in_python_and_in_postgresql(connection: psycopg.Connection, texts: list[str]) -> None:
    rows = connection.execute(
        "select relata.fold(t) from unnest(%s::text[]) with ordinality u(t, n) order by n", (texts,)
    )
    assert [folded for (folded,) in rows] == [fold(text) for text in texts]


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"),
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Łódź", "lodz"),
        ("Ærøskøbing", "aeroskobing"),
        ("İstanbul", "istanbul"),
        ("ΟΔΟΣ", "οδοσ"),
        ("ﬁancé", "fiance"),
        ("Đặng", "dang"),
        ("", ""),
    ],
)
def test_known_names_fold_as_people_expect(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_text_that_folds_to_nothing_has_no_sort_key(connection: psycopg.Connection) -> None:
    row = connection.execute("select relata.sort_key(''), relata.sort_key(%s), relata.sort_key('A')", ("\u0301",))
    assert row.fetchone() == (None, None, "a")
