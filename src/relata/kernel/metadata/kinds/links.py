"""Web addresses: only schemes that are safe to click (http, https, mailto, tel)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.entries import Entries
from relata.kernel.metadata.kinds.marks import LINK

SCHEMES = ("http", "https", "mailto", "tel")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:/|$))")


class Links(Entries):
    name = "links"
    label = "Links"
    help = "Web addresses, each with a label."
    pattern = r"\S+"
    naming = True
    marked = LINK
    example = "https://example.com"

    def check(self, value: str) -> str:
        link = value.strip()
        if not link or any(char.isspace() or ord(char) < 32 for char in link):
            raise BadValue("A link has no spaces and is not empty.", "bad_link")
        scheme = SCHEME.match(link)
        if scheme and scheme[1].lower() not in SCHEMES:
            raise BadValue(f"A link starts with {', '.join(SCHEMES)}; not {scheme[1][:20]}.", "bad_link")
        try:
            parts = urlsplit(link if scheme else f"https://{link}")
        except ValueError:
            raise BadValue(f"«{value[:80]}» is not a link.", "bad_link") from None
        if parts.scheme.lower() in ("http", "https") and not parts.hostname:
            raise BadValue(f"«{value[:80]}» names no host.", "bad_link")
        return link
