"""Formula text cut into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from relata.errors import Fault, Invalid

SOURCE_LIMIT = 4_000

_token = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/<>!?:,()\[\]])""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_escape = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the source.

    Kind (`number`, `name`, `text`, `sign` or `end`), text, and where it starts.
    """

    kind: str
    text: str
    at: int


def fault_at(source: str, at: int, code: str, message: str) -> Invalid:
    """The error for one place of the source, told as line and column, both from 1."""
    line = source.count("\n", 0, at) + 1
    column = at - (source.rfind("\n", 0, at) + 1) + 1
    return Invalid([Fault("", code, f"Line {line}, column {column}: {message}")])


def tokenise(source: str) -> list[Token]:
    """The tokens of a formula, closed by one of kind `end`; raises Invalid."""
    if len(source) > SOURCE_LIMIT:
        raise Invalid([Fault("", "too_long", f"A formula has at most {SOURCE_LIMIT:,} characters.")])
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        match = _token.match(source, at)
        if match is None:
            if source[at] in "\"'":
                raise fault_at(source, at, "syntax", "this text is not closed.")
            raise fault_at(source, at, "syntax", f"the character {source[at]!a} has no meaning here.")
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, match.group(), at))
        at = match.end()
    return [*tokens, Token("end", "", len(source))]


def unquote(source: str, token: Token) -> str:
    r"""The value of a text token. Escapes: \n \r \t \" \' \\ and \u and four hex digits."""

    def replaced(match: re.Match[str]) -> str:
        code = match.group(1)
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise fault_at(source, token.at, "syntax", f"the escape \\{code!a} in this text is unknown.")
        return _ESCAPES[code]

    return _escape.sub(replaced, token.text[1:-1])


def quote(text: str) -> str:
    """A text as it is written in a formula."""
    named = {value: key for key, value in _ESCAPES.items() if value != "'"}
    return '"' + "".join(f"\\{named[char]}" if char in named else char for char in text) + '"'
