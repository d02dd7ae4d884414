"""A call of a PostgreSQL function that costs few Python frames to render.

SQLAlchemy's own function element takes nine per level; formulas of the permitted depth would then
reach Python's recursion limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine


class Invoke(FunctionElement[Any]):
    """`function(arguments)`; the name comes from the registry, never from a user."""

    inherit_cache = True
    _traverse_internals = [
        *FunctionElement._traverse_internals,  # noqa: SLF001
        ("function", InternalTraversal.dp_string),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, function: str, *args: ColumnElement[Any], type_: TypeEngine[Any]) -> None:
        self.function = function
        self.type = type_
        super().__init__(*args)


def invoke(function: str, *args: ColumnElement[Any], type_: TypeEngine[Any]) -> ColumnElement[Any]:
    """`function(args)`, of the given SQL type."""
    return Invoke(function, *args, type_=type_)


@compiles(Invoke)
def _render(element: Invoke, compiler: SQLCompiler, **options: Any) -> str:
    rendered: list[str] = []
    for argument in element.clauses:
        rendered.append(argument._compiler_dispatch(compiler, **options))  # noqa: PERF401, SLF001
    return f"{element.function}({', '.join(rendered)})"
