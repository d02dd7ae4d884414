"""The text notation.

Formulas and conditions in a CEL-like syntax, read by precedence climbing into a typed tree.

condition ? then : otherwise  <  || or  <  && and  <  not  <  == != < <= > >= in  <  + -  <  * /  <
! -
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from relata.kernel.expression.fitting import Mismatch, apply
from relata.kernel.expression.functions import FUNCTIONS
from relata.kernel.expression.infix import COMPARISON_SIGNS, comparison, infix, list_of
from relata.kernel.expression.lexer import Token, fault_at, tokenise, unquote
from relata.kernel.expression.notation import format_formula
from relata.kernel.expression.numbers import LIMIT, SCALE
from relata.kernel.expression.suggest import nearest, suggestion, unknown_field
from relata.kernel.expression.tree import Literal, Node, Ref
from relata.kernel.expression.types import Type
from relata.kernel.expression.values import parse_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from relata.errors import Invalid
    from relata.kernel.expression.scope import Scope

__all__ = ["DEPTH_LIMIT", "NODE_LIMIT", "format_formula", "parse_formula", "rewritten"]

DEPTH_LIMIT = 50
NODE_LIMIT = 500
_CONSTANTS: dict[str, Literal] = {
    "true": Literal(True, Type.BOOLEAN),  # noqa: FBT003 — the value itself
    "false": Literal(False, Type.BOOLEAN),  # noqa: FBT003 — the value itself
    "null": Literal(None, Type.NOTHING),
}
_BINARY: dict[str, tuple[int, str]] = {
    "||": (2, "or"),
    "or": (2, "or"),
    "&&": (3, "and"),
    "and": (3, "and"),
    **{sign: (5, name) for sign, name in COMPARISON_SIGNS.items()},
    "in": (5, "in"),
    "+": (6, "add"),
    "-": (6, "subtract"),
    "*": (7, "multiply"),
    "/": (7, "divide"),
}
_TERNARY = 1
_MOST_DIGITS = LIMIT.adjusted()
_NOT = 4
_SHORTEST_CASE = 3
_UNARY = 8
# Operators whose chains are one call with many arguments, so that a long sum is not a deep one.
_CHAINED = {"or": "or", "and": "and", "add": "add"}
_RESERVED = frozenset({"if", "in", "and", "or", "not", *_CONSTANTS})


def parse_formula(source: str, scope: Scope) -> Node:
    """Read a formula; raises Invalid with one fault whose sentence names line and column.

    Codes: syntax, unknown_field, unknown_function, wrong_type, too_deep, too_many, too_long.
    """
    return _Parser(source, scope, tokenise(source)).whole()


def rewritten(source: str, scope: Scope) -> str:
    """The same formula with each field by the path that the scope gives it; all else as it is written."""
    parser = _Parser(source, scope, tokenise(source))
    parser.whole()
    made, last = [], 0
    for token, path in sorted(parser.named, key=lambda one: one[0].at):
        made += [source[last : token.at], ".".join(path)]
        last = token.at + len(token.text)
    return "".join([*made, source[last:]])


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece that has been read: its tree, how deep it is, and where it starts."""

    node: Node
    height: int
    at: int


@dataclass(slots=True)
class _Parser:
    source: str
    scope: Scope
    tokens: list[Token]
    next: int = 0
    nodes: int = 0
    depth: int = field(default=0)
    named: list[tuple[Token, tuple[str, ...]]] = field(default_factory=list)
    """The fields that were read, with where they stand."""

    def whole(self) -> Node:
        part = self._expression(0)
        if self._token.kind != "end":
            raise self._fault(self._token.at, "syntax", f"an operator is missing before {self._shown()}.")
        return part.node

    @property
    def _token(self) -> Token:
        return self.tokens[self.next]

    def _shown(self) -> str:
        return "the end" if self._token.kind == "end" else suggestion(self._token.text)

    def _fault(self, at: int, code: str, message: str) -> Invalid:
        return fault_at(self.source, at, code, message)

    def _take(self, text: str) -> bool:
        if self._token.text != text or self._token.kind == "text":
            return False
        self.next += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._fault(self._token.at, "syntax", f"{text} is expected here, not {self._shown()}.")

    def _made(self, at: int, parts: tuple[_Part, ...], build: Callable[[], Node]) -> _Part:
        """A new node above the parts, within the limits."""
        self.nodes += 1
        height = 1 + max((part.height for part in parts), default=0)
        if height > DEPTH_LIMIT:
            raise self._fault(at, "too_deep", f"a formula is at most {DEPTH_LIMIT} levels deep.")
        if self.nodes > NODE_LIMIT:
            raise self._fault(at, "too_many", f"a formula has at most {NODE_LIMIT} parts.")
        try:
            return _Part(build(), height, at)
        except Mismatch as error:
            place = at if error.position is None or error.position >= len(parts) else parts[error.position].at
            raise self._fault(place, "wrong_type", str(error)) from error

    def _expression(self, least: int) -> _Part:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise self._fault(self._token.at, "too_deep", f"a formula is at most {DEPTH_LIMIT} levels deep.")
        left = self._prefix()
        chain: tuple[str, list[_Part]] | None = None
        while (found := self._operator(least)) is not None:
            power, name = found
            at = self._token.at
            self.next += 1
            if name == "if":
                left, chain = self._ternary(left, at), None
                continue
            right = self._expression(power + 1)
            parts = [*chain[1], right] if chain and chain[0] == name else [left, right]
            left = self._binary(name, parts, at)
            chain = (name, parts) if name in _CHAINED else None
        self.depth -= 1
        return left

    def _operator(self, least: int) -> tuple[int, str] | None:
        token = self._token
        if token.kind not in ("sign", "name"):
            return None
        power, name = (_TERNARY, "if") if token.text == "?" else _BINARY.get(token.text, (-1, ""))
        return (power, name) if power >= least else None

    def _binary(self, name: str, parts: list[_Part], at: int) -> _Part:
        nodes = [part.node for part in parts]
        build = comparison if name in COMPARISON_SIGNS.values() else infix
        made = self._made(at, tuple(parts), lambda: build(name, nodes))
        return _Part(made.node, made.height, parts[0].at)

    def _ternary(self, test: _Part, at: int) -> _Part:
        yes = self._expression(0)
        self._expect(":")
        no = self._expression(_TERNARY)
        return self._chosen(at, test, yes, no)

    def _prefix(self) -> _Part:
        token = self._token
        self.next += 1
        match token.kind, token.text:
            case "number", text:
                return self._number(token, text)
            case "text", _:
                return self._text(token)
            case "name", name:
                return self._named(token, name)
            case "sign", "(":
                inner = self._expression(0)
                self._expect(")")
                return inner
            case "sign", "[":
                return self._list(token)
            case "sign", "-":
                if self._token.kind == "number":
                    self.next += 1
                    return self._number(token, f"-{self.tokens[self.next - 1].text}")
                return self._unary("negate", _UNARY, token)
            case "sign", "!":
                return self._unary("not", _UNARY, token)
        self.next -= 1
        raise self._fault(token.at, "syntax", f"a value is expected here, not {self._shown()}.")

    def _unary(self, name: str, power: int, token: Token) -> _Part:
        part = self._expression(power)
        return self._made(token.at, (part,), lambda: apply(FUNCTIONS[name], (part.node,)))

    def _number(self, token: Token, text: str) -> _Part:
        whole, _, decimals = text.lstrip("-").partition(".")
        if len(whole) > _MOST_DIGITS or len(decimals) > SCALE:
            message = "this number is too long: at most 28 digits and 10 decimals."
            raise self._fault(token.at, "wrong_type", message)
        return self._made(token.at, (), lambda: Literal(Decimal(text) or Decimal(0), Type.NUMBER))

    def _text(self, token: Token) -> _Part:
        try:
            value = parse_text(unquote(self.source, token))
        except ValueError as error:
            raise self._fault(token.at, "wrong_type", str(error)) from error
        return self._made(token.at, (), lambda: Literal(value, Type.TEXT))

    def _list(self, token: Token) -> _Part:
        items = self._items("]")
        return self._made(token.at, items, lambda: list_of([item.node for item in items]))

    def _items(self, closing: str) -> tuple[_Part, ...]:
        items: list[_Part] = []
        if self._take(closing):
            return ()
        while True:
            items.append(self._expression(0))
            if self._take(closing):
                return tuple(items)
            self._expect(",")

    def _named(self, token: Token, name: str) -> _Part:
        if name in _CONSTANTS:
            return self._made(token.at, (), lambda: _CONSTANTS[name])
        if name == "not":
            return self._unary("not", _NOT, token)
        if self._take("("):
            return self._function(token, name)
        if name in _RESERVED:
            raise self._fault(token.at, "syntax", f"a value is expected here, not {name}.")
        return self._field(token, name)

    def _function(self, token: Token, name: str) -> _Part:
        if name == "case":
            return self._case(token, self._items(")"))
        function = FUNCTIONS.get(name)
        if function is None or (function.notation is not None):
            callable_ = ["case", *(known.name for known in FUNCTIONS.values() if known.notation is None)]
            message = f"there is no function {suggestion(name)}{nearest(name, callable_)}"
            raise self._fault(token.at, "unknown_function", message)
        args = self._items(")")
        return self._made(token.at, args, lambda: apply_call(name, [arg.node for arg in args]))

    def _case(self, token: Token, parts: tuple[_Part, ...]) -> _Part:
        """`case(value, first, then, second, then, otherwise)`: nested ifs, the last of them first."""
        if len(parts) < _SHORTEST_CASE:
            message = "case needs a value, what it may be, and what that gives: case(value, when, then, …, otherwise?)."
            raise self._fault(token.at, "wrong_type", message)
        subject, *pairs = parts
        otherwise = pairs.pop() if len(pairs) % 2 else self._made(token.at, (), lambda: _CONSTANTS["null"])
        made = otherwise
        for when, then in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
            test = self._binary("equal", [subject, when], when.at)
            made = self._chosen(token.at, test, then, made)
        return made

    def _chosen(self, at: int, test: _Part, yes: _Part, no: _Part) -> _Part:
        return self._made(at, (test, yes, no), lambda: apply(FUNCTIONS["if"], (test.node, yes.node, no.node)))

    def _field(self, token: Token, name: str) -> _Part:
        path = tuple(name.split("."))
        reference = self.scope.resolve(path)
        if reference is None:
            raise self._fault(token.at, "unknown_field", unknown_field(name, self.scope))
        if reference.many is not None:
            message = f"{name} leads to several records, but a formula reads one. Count or add them in a roll-up field."
            raise self._fault(token.at, "wrong_type", message)
        self.named.append((token, reference.path))
        return self._made(token.at, (), lambda: Ref(reference.path, reference.type))


def apply_call(name: str, args: list[Node]) -> Node:
    """A function called by name: `contains` asks sets of keys and ids for a member.

    A fixed date is a constant.
    """
    if name == "contains" and args and args[0].type in (Type.KEYS, Type.IDS):
        name = "has"
    made = apply(FUNCTIONS[name], args)
    if name == "date" and all(isinstance(arg, Literal) for arg in made.args):
        day = FUNCTIONS[name].python(*[arg.value for arg in made.args if isinstance(arg, Literal)])
        return made if day is None else Literal(day, Type.DATE)
    return made
