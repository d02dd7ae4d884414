"""What the operators of the text notation mean for the types at their sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relata.kernel.expression.conditions import call
from relata.kernel.expression.fitting import Mismatch, apply, coerce
from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.tree import Literal, Node
from relata.kernel.expression.types import LISTS, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPARISON_SIGNS = {
    "==": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}
_LIST_LIMIT = 1_000


def infix(name: str, nodes: Sequence[Node]) -> Node:
    """`+` joins texts as concat does; `in` asks sets of values for any of the list."""
    if name == "add" and any(node.type is Type.TEXT for node in nodes):
        return apply(FUNCTIONS["concat"], nodes)
    if name == "in":
        return _member(*nodes)
    return apply(FUNCTIONS[name], nodes)


def comparison(name: str, nodes: Sequence[Node]) -> Node:
    """`==` with null asks for emptiness.

    On sets of values it means the very set, on texts and ids one of them.
    """
    if name == "not_equal":
        return call("not", comparison("equal", nodes))
    left, right = nodes
    if name != "equal":
        return apply(FUNCTIONS[name], nodes)
    if _is_null(right):
        return apply(FUNCTIONS["is_empty"], (left,))
    if _is_null(left):
        return apply(FUNCTIONS["is_empty"], (right,))
    if left.type is Type.KEYS:
        return _same_set(left, right)
    if left.type in (Type.TEXTS, Type.IDS):
        return apply(FUNCTIONS["has"], nodes)
    return apply(FUNCTIONS["equal"], nodes)


def list_of(items: Sequence[Node]) -> Node:
    """A list of constants of one type."""
    if len(items) > _LIST_LIMIT:
        raise Mismatch(f"a list has at most {_LIST_LIMIT:,} values.")
    for position, item in enumerate(items):
        if not isinstance(item, Literal) or item.type not in LISTS:
            raise Mismatch("a list holds constants: texts or numbers.", position)
        if item.type is not items[0].type:
            raise Mismatch("the constants of a list are of one type.", position)
    type_ = LISTS[items[0].type] if items else Type.TEXTS
    return Literal(tuple(item.value for item in items if isinstance(item, Literal)), type_)


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None


def _same_set(left: Node, right: Node) -> Node:
    if isinstance(right, Literal) and right.type is Type.TEXT:
        right = Literal((right.value,), Type.KEYS)
    if isinstance(right, Literal) and right.value == ():
        return apply(FUNCTIONS["is_empty"], (left,))
    return apply(FUNCTIONS["same_set"], (left, right))


def _member(left: Node, right: Node) -> Node:
    if left.type.many:
        return apply(FUNCTIONS["has_any"], (left, right))
    wanted = LISTS.get(left.type)
    if not isinstance(right, Literal):
        raise Mismatch('a list of constants such as ["a", "b"] is expected after in.', 1)
    fitted = coerce(right, wanted) if wanted else None
    if fitted is None:
        raise Mismatch(f"the list holds {right.type.phrase}, to be compared with {left.type.phrase}.", 1)
    return apply(FUNCTIONS["in"], (left, fitted))
