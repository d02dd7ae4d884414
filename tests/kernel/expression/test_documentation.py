"""The reference for users names everything that the language knows."""

from __future__ import annotations

from pathlib import Path

from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.operators import OPERATORS, TO_MANY_OPERATORS

PAGE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text(encoding="utf-8")


def test_the_reference_lists_every_function_with_its_help() -> None:
    named = [function for function in FUNCTIONS.values() if function.notation is None]
    missing = [function.name for function in named if f"| `{function.signature}` | {function.help} |" not in PAGE]
    assert missing == []


def test_the_reference_lists_the_operators_of_every_type() -> None:
    rows = [(type_.value, operators) for type_, operators in OPERATORS.items()]
    rows.append(("to-many relation", TO_MANY_OPERATORS))
    missing = [
        name
        for name, operators in rows
        if f"| {name} | {' '.join(f'`{operator}`' for operator in operators)} |" not in PAGE
    ]
    assert missing == []
