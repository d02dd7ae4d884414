"""A formula is written anew with other names of its fields: it means the same, and nothing else in it is touched."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relata.errors import Invalid
from relata.kernel.expression.grammar import format_formula, parse_formula, rewritten
from relata.kernel.expression.tree import Call, Node, Ref
from relata.kernel.expression.types import Type
from tests.kernel.expression.trees import trees
from tests.kernel.expression.world import FIELDS, TestScope

if TYPE_CHECKING:
    from relata.kernel.expression.scope import Reference

NEW = {name: f"{name}_of_now" if index % 3 else f"{name[:1]}_{index}" for index, name in enumerate(FIELDS) if index % 2}


class Now(TestScope):
    """In which some fields have other names, and are `understood` by their old ones or not."""

    def __init__(self, *, understood: bool) -> None:
        super().__init__()
        self.understood = understood

    def resolve(self, path: tuple[str, ...]) -> Reference | None:
        old = {new: name for name, new in NEW.items()}
        if path[0] in NEW and not self.understood:
            return None
        name = old.get(path[0], path[0])
        found = super().resolve((name, *path[1:]))
        return None if found is None else replace(found, path=(NEW.get(name, name), *found.path[1:]))


def renamed(node: Node) -> Node:
    match node:
        case Ref(path, _):
            return replace(node, path=(NEW.get(path[0], path[0]), *path[1:]))
        case Call(_, args, _):
            return replace(node, args=tuple(renamed(arg) for arg in args))
        case _:
            return node


@given(st.sampled_from([Type.TEXT, Type.NUMBER, Type.BOOLEAN, Type.DATE]).flatmap(trees))
def test_a_rewritten_formula_means_the_same(tree: Node) -> None:
    source = format_formula(tree)
    try:
        before = parse_formula(source, TestScope())
    except Invalid:
        return  # too long or too deep to be written
    written = rewritten(source, Now(understood=True))
    assert parse_formula(written, Now(understood=False)) == renamed(before)
    assert re.findall(r'"(?:[^"\\]|\\.)*"', written) == re.findall(r'"(?:[^"\\]|\\.)*"', source)
    assert rewritten(written, Now(understood=False)) == written


@pytest.mark.parametrize("name", list(NEW))
def test_texts_spaces_and_functions_that_look_like_the_name_stay(name: str) -> None:
    assert Now(understood=True).resolve((name,)) is not None
    source = f"  concat( '{name}' ,name+\n\"{name}.{name}\")"
    assert rewritten(source, Now(understood=True)) == source.replace("name+", f"{NEW.get('name', 'name')}+")
