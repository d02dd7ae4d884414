"""Text with headings, lists and links: clean HTML, cleaned when it is written. Its plain text is kept beside it,
and is what filters, formulas, sorts and the search see.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from html.parser import HTMLParser
from typing import Any

import nh3
from sqlalchemy import ColumnElement, Text, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from relata.kernel.expression.define import define
from relata.kernel.expression.types import Type
from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import BadValue, Column, Columns, Kind, Parsing, Schema, text_sort
from relata.kernel.metadata.kinds.checks import checked_text

LONGEST = 100_000
DEEPEST = 60
DEEPEST_SENT = 200
ROUNDS = 8
BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "br"})
MARKS = frozenset({"strong", "b", "em", "i", "u", "s", "del", "code", "a"})
TAG = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS | MARKS))})(?:\s[^<>]*)?/?>", re.IGNORECASE)
OPENED = re.compile("<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
ENDLESS = frozenset(
    {"p", "li", "br", "hr", "img", "td", "tr", "th", "meta", "link", "input", "col", "wbr"}
)  # ended by what follows
PRE = re.compile("<pre>\n+")
BLANK = re.compile("[ \t\r\n\f]+")
CLEANER = nh3.Cleaner(
    tags=set(BLOCKS | MARKS),
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener noreferrer",
    clean_content_tags={"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"},
    strip_comments=True,
)

PLAIN_SQL = (
    define(
        "plain_html(text)",
        "text",
        r"btrim(regexp_replace(replace(replace(replace(replace(regexp_replace(regexp_replace(regexp_replace("
        r"$1, e'[ \t\r\n\f]+', ' ', 'g'), "
        rf"'</?({'|'.join(sorted(BLOCKS))})( [^>]*)?>', e'\n', 'g'), '<[^>]*>', '', 'g'), "
        r"'&nbsp;', chr(160)), '&lt;', '<'), '&gt;', '>'), '&amp;', '&'), e'[ \t]*\n\\s*', e'\n', 'g'), e' \n')",
    ),
)
"""The plain text of clean HTML in PostgreSQL, for what only the journal holds; lines of <pre> become one."""


class RichText(Kind):
    name = "rich_text"
    label = "Formatted text"
    help = "Text with headings, lists and links."
    type = Type.TEXT
    columns = (Column("", "text"), Column("plain", "text"))
    long = True
    searched = True
    textual = exchanged = True

    def cell(self, text: str) -> Any:
        """HTML as it is; any other text becomes paragraphs."""
        return text if TAG.search(text) else paragraphs(text)

    def texts(self, field: Field, value: Any, parsing: Parsing) -> tuple[str, ...]:
        """The plain text; what is formatted does not come back from it."""
        return (Reading.of(value).text,)

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        """What looks like HTML was plain text, and stays it; of blanks HTML knows one."""
        return paragraphs("\n".join(" ".join(line.split()) for line in text.splitlines()))

    def schema(self, field: Field) -> Schema:
        return {
            "type": "string",
            "maxLength": LONGEST,
            "description": "HTML; it is cleaned.",
            "examples": ["<p>Called, <strong>wants two</strong>.</p>"],
        }

    def journaled(self, value: ColumnElement[Any], suffix: str) -> ColumnElement[Any]:
        """The journal holds the HTML alone, from which its plain text is taken again."""
        if not suffix:
            return value
        html: ColumnElement[str] = value.op("#>>", return_type=Text())(literal_column("'{}'"))
        return func.to_jsonb(func.relata.plain_html(html), type_=JSONB())

    def parse(self, field: Field, value: Any, parsing: Parsing) -> Any:
        sent = checked_text(value, LONGEST, "HTML")
        check_depth(sent)
        html = settled(sent)
        if len(html) > LONGEST:
            raise BadValue(f"At most {LONGEST:,} characters of HTML fit; {len(html):,} are left of it.", "too_large")
        reading = Reading.of(html)
        if reading.deepest > DEEPEST:
            raise BadValue(f"HTML nests at most {DEEPEST} levels deep.", "too_deep")
        return html if reading.text else None

    def store(self, field: Field, value: Any) -> dict[str, Any]:
        return {"": value, "plain": self.load(field, value)}

    def compared(self, field: Field, columns: Columns) -> ColumnElement[Any]:
        return columns["plain"]

    def load(self, field: Field, value: Any) -> Any:
        return Reading.of(value).text if value else None

    def sort(self, field: Field, columns: Columns) -> list[ColumnElement[Any]]:
        return text_sort(columns["plain"])

    def words(self, field: Field, columns: Columns) -> ColumnElement[Any] | None:
        return columns["plain"]


def paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())


def settled(html: str) -> str:
    """Cleaned until cleaning changes nothing: what a removed tag held together may be read in another way."""
    for _ in range(ROUNDS):
        # A line break that opens a <pre> is no part of it: it would be lost the next time.
        cleaned = PRE.sub("<pre>", CLEANER.clean(html))
        if cleaned == html:
            return html
        html = cleaned
    raise BadValue(
        "This HTML does not hold together; close its tags in the order in which they were opened.", "bad_html"
    )


def check_depth(html: str) -> None:
    """Refuse what nests absurdly deep before it is read: reading it takes the square of its depth."""
    opened: Counter[str] = Counter()
    for end, written in OPENED.findall(html):
        name = written.lower()
        if name not in ENDLESS and not (end and not opened[name]):
            opened[name] += -1 if end else 1
            if opened.total() > DEEPEST_SENT:
                raise BadValue(f"HTML nests at most {DEEPEST} levels deep.", "too_deep")


class Reading(HTMLParser):
    """Reads clean HTML: its text, a line for each block, and how deep its tags nest."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.depth = self.deepest = self.verbatim = 0

    @classmethod
    def of(cls, html: str) -> Reading:
        reading = cls()
        reading.feed(html)
        reading.close()
        return reading

    @property
    def text(self) -> str:
        lines = (line.rstrip() for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, _attributes: Any) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")
        if tag != "br":
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
        self.verbatim += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")
        self.depth -= 1
        self.verbatim -= tag == "pre"

    def handle_data(self, data: str) -> None:
        text = data if self.verbatim else BLANK.sub(" ", data)
        starts = not self.pieces or self.pieces[-1][-1:] in ("\n", " ")
        text = text if self.verbatim or not starts else text.lstrip(" ")
        if text:
            self.pieces.append(text)
