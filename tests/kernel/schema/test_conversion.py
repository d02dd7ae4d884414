"""What a change of kind accepts comes back: for every pair of kinds and values that nobody chose."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from relata.kernel.metadata.field import Field, Option
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.schema.conversion import Conversion, becomes, kinds_after

PARSING = Parsing("EUR", "Europe/Berlin")
OPTIONS = tuple(
    Option(key=key, label=label) for key, label in (("a", "Alpha"), ("b", "b"), ("c", "Yes"), ("d", "x; y"))
)
LETTERS = st.characters(exclude_categories=["C", "Z"], include_characters=" ")
"""Other blanks and line breaks become a blank in formatted text, so what holds them may be refused on the way back."""
TEXTS = st.one_of(
    st.text(LETTERS, max_size=12),
    st.sampled_from(
        [
            "12",
            "007",
            "1,234.50",
            "-0",
            "12.5 %",
            "1 h 30 min",
            "2026-03-29",
            "Yes",
            "x; y",
            "Alpha; b",
            "<p>a</p>",
            "12 EUR",
        ]
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
)
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
SENT: dict[str, st.SearchStrategy[Any]] = {
    "number": AMOUNTS,
    "percent": AMOUNTS,
    "rating": st.integers(1, 5),
    "duration": st.decimals(min_value=0, max_value=10**7, places=3),
    "money": st.builds(lambda a, c: {"amount": str(a), "currency": c}, AMOUNTS, st.sampled_from(["EUR", "JPY"])),
    "boolean": st.booleans(),
    "date": st.dates().map(str),
    "moment": st.one_of(st.datetimes().map(lambda m: m.isoformat() + "Z"), st.dates().map(lambda d: f"{d}T23:00:00Z")),
    "choice": st.sampled_from("abcd"),
    "choices": st.lists(st.sampled_from("abcd"), min_size=1),
    "tags": st.lists(st.text(LETTERS, min_size=1, max_size=5), min_size=1, max_size=4),
    "emails": st.lists(st.sampled_from(["a@b.de", "c@d.de"]), min_size=1),
}


def field(kind: str) -> Field:
    options = OPTIONS if "options" in KINDS[kind].takes else ()
    return Field(name="f", kind=kind, label="F", custom=True, options=options)


PAIRS = [(old, new) for old in KINDS for new in kinds_after(field(old))]


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(PAIRS), st.data())
def test_what_is_converted_comes_back(pair: tuple[str, str], data: st.DataObject) -> None:
    old, new = (field(kind) for kind in pair)
    kind = KINDS[old.kind]
    try:
        value = kind.parse(old, data.draw(SENT.get(old.kind, TEXTS)), PARSING)
        there = Conversion(old, new, PARSING).convert(value)
    except BadValue:
        return
    if there is None:
        assert value is None or not str(value).strip()
        return
    assert KINDS[new.kind].parse(new, there, PARSING) == there
    back = Conversion(new, old, PARSING).convert(there)
    again = Conversion(old, new, PARSING).convert(back)
    assert KINDS[new.kind].sense(again) == KINDS[new.kind].sense(there)
    if not (
        kind.textual and (KINDS[new.kind].notations or new.options)
    ):  # an option is known by its value and its label
        assert kind.sense(back) == kind.sense(value)


def test_which_kinds_a_field_can_become_follows_from_the_kinds() -> None:
    assert set(kinds_after(field("date"))) == {"text", "long_text", "rich_text", "moment"}
    assert {"number", "money", "choice", "tags", "emails", "rich_text", "boolean"} <= set(kinds_after(field("text")))
    assert [kinds_after(field(kind)) for kind in ("formula", "rollup", "relation", "about", "auto_number")] == [[]] * 5
    assert not becomes(KINDS["number"], KINDS["date"])
    number = Conversion(field("text"), field("number"), PARSING)
    assert number.convert("1,234.50") == Decimal("1234.5")
