"""The JSON notation: filters of views, segments, reports, sharing rules and automations.

All faults are told at once, each with its JSON pointer (RFC 6901).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from relata.errors import Fault, Invalid
from relata.kernel.expression.clock import Clock
from relata.kernel.expression.conditions import any_of, every_of, negate
from relata.kernel.expression.operators import (
    NO_VALUE,
    OPERATORS,
    TO_MANY_OPERATORS,
    ListTooLong,
    Operand,
    build,
)
from relata.kernel.expression.suggest import nearest, suggestion, unknown_field
from relata.kernel.expression.tree import TRUE, Node, Some

if TYPE_CHECKING:
    from relata.kernel.expression.scope import Reference, Scope

DEPTH_LIMIT = 20
CONDITION_LIMIT = 200
_MOST_FAULTS = 50
_GROUPS = ("all", "any", "not")
_KEYS = frozenset({"field", "op", "value", "where"})
_PATH_LIMIT = 200

__all__ = ["OPERATORS", "TO_MANY_OPERATORS", "Clock", "parse_filter"]


def parse_filter(document: object, scope: Scope, clock: Clock) -> Node:
    """Read a filter document; None and `{}` are the filter that every record passes.

    Raises Invalid with codes unknown_field, unknown_operator, wrong_type, missing, unknown_key,
    too_deep, too_many.
    """
    reader = _Reader(clock)
    node = reader.read(document, scope, "", 1)
    if reader.faults:
        raise Invalid(reader.faults)
    return node


@dataclass(slots=True)
class _Reader:
    clock: Clock
    faults: list[Fault] = field(default_factory=list)
    conditions: int = 0

    def fault(self, pointer: str, code: str, message: str) -> Node:
        """Note a fault; what it returns stands for the part that cannot be read."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(pointer, code, message))
        return TRUE

    def read(self, document: object, scope: Scope, pointer: str, depth: int) -> Node:
        """The tree of one (sub-)document."""
        if document is None or document == {}:
            return TRUE
        if depth > DEPTH_LIMIT:
            return self.fault(pointer, "too_deep", f"Filters nest at most {DEPTH_LIMIT} levels deep.")
        if not isinstance(document, dict):
            return self.fault(pointer, "wrong_type", "A filter is an object with all, any, not or field.")
        group = next((name for name in _GROUPS if name in document), None)
        if group is None:
            return self._condition(document, scope, pointer, depth)
        self._known(document, frozenset({group}), pointer)
        below = f"{pointer}/{group}"
        if group == "not":
            return negate(self.read(document[group], scope, below, depth + 1))
        parts = document[group]
        if not isinstance(parts, list | tuple):
            return self.fault(below, "wrong_type", f"Give {group} a list of filters.")
        if len(parts) > CONDITION_LIMIT:
            return self._too_many(below)
        nodes = [
            self.read(part, scope, f"{below}/{position}", depth + 1)
            for position, part in enumerate(parts)
            if self.conditions <= CONDITION_LIMIT
        ]
        return every_of(nodes) if group == "all" else any_of(nodes)

    def _condition(self, document: dict[object, object], scope: Scope, pointer: str, depth: int) -> Node:
        self.conditions += 1
        if self.conditions > CONDITION_LIMIT:
            return self._too_many(pointer) if self.conditions == CONDITION_LIMIT + 1 else TRUE
        self._known(document, _KEYS, pointer)
        reference = self._reference(document, scope, pointer)
        operator = document.get("op")
        if not isinstance(operator, str):
            return self.fault(f"{pointer}/op", "missing", "Name the operator in op, such as is or contains.")
        if reference is None:
            return TRUE
        allowed = operators_of(reference)
        if operator not in allowed:
            message = (
                f"{'.'.join(reference.path)} does not know the operator {suggestion(operator)}"
                f"{nearest(operator, allowed)} It knows {', '.join(allowed)}."
            )
            return self.fault(f"{pointer}/op", "unknown_operator", message)
        if reference.many and operator in TO_MANY_OPERATORS and operator not in NO_VALUE:
            if operator == "every" and "where" not in document:
                message = "Say in where what every one must fulfil."
                return self.fault(f"{pointer}/where", "missing", message)
            where = self.read(document.get("where"), reference.many, f"{pointer}/where", depth + 1)
            return _related(operator, reference.path, where)
        if document.get("where") is not None:
            message = "There is a where only beside some, none and every of a list of records."
            return self.fault(f"{pointer}/where", "not_applicable", message)
        if reference.many and operator in TO_MANY_OPERATORS:
            return _related(operator, reference.path, TRUE)
        if operator not in NO_VALUE and "value" not in document:
            return self.fault(f"{pointer}/value", "missing", "Give the value to compare with in value.")
        try:
            return build(operator, Operand(reference, self.clock), document.get("value"))
        except ListTooLong as error:
            return self.fault(f"{pointer}/value", "too_many", str(error))
        except ValueError as error:
            return self.fault(f"{pointer}/value", "wrong_type", str(error))

    def _reference(self, document: dict[object, object], scope: Scope, pointer: str) -> Reference | None:
        name = document.get("field")
        if not isinstance(name, str):
            self.fault(f"{pointer}/field", "missing", "Name the field in field.")
            return None
        reference = scope.resolve(tuple(name.split("."))) if 0 < len(name) <= _PATH_LIMIT else None
        if reference is None:
            self.fault(f"{pointer}/field", "unknown_field", unknown_field(name, scope))
        return reference

    def _known(self, document: dict[object, object], known: frozenset[str], pointer: str) -> None:
        for key in document:
            if key not in known:
                escaped = str(key)[:_PATH_LIMIT].replace("~", "~0").replace("/", "~1")
                message = f"{suggestion(str(key))} does not belong here."
                self.fault(f"{pointer}/{escaped}", "unknown_key", message)

    def _too_many(self, pointer: str) -> Node:
        self.conditions = CONDITION_LIMIT + 1
        return self.fault(pointer, "too_many", f"A filter has at most {CONDITION_LIMIT} conditions.")


def operators_of(reference: Reference) -> tuple[str, ...]:
    """A to-many relation whose members can be named is also asked for them."""
    if reference.many is None:
        return OPERATORS.get(reference.type, ())
    named = OPERATORS.get(reference.type, ()) if reference.parse else ()
    return tuple(dict.fromkeys((*TO_MANY_OPERATORS, *named)))


def _related(operator: str, path: tuple[str, ...], where: Node) -> Node:
    if operator == "every":
        return negate(Some(path, negate(where)))
    some = Some(path, None if where == TRUE else where)
    return some if operator in ("some", "is_not_empty") else negate(some)
