"""What a file is, told by its bytes. A name only chooses among what the bytes allow: which sort of text it is, or which of
the formats that begin alike.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import puremagic

HEAD = 65_536
"""Bytes by which a file is known."""
UNKNOWN = "application/octet-stream"
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
"""Images that are shown: decoded, and written anew. All others are files."""
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MARKED_TEXTS = frozenset(
    {"application/pdf", "application/rtf", "application/postscript", "text/html", "image/svg+xml", "application/xml"}
)
"""What may be text and yet is known by how it begins."""
TEXTS = {
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".md": "text/markdown", ".json": "application/json",
    ".ics": "text/calendar", ".vcf": "text/vcard", ".eml": "message/rfc822",
}  # fmt: skip
MARKUP = (
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<script", "text/html"),
    (b"<svg", "image/svg+xml"),
)

SKIPPED = b"\xef\xbb\xbf \t\r\n\f"


def type_of(path: Path, name: str) -> str:
    """The media type of a file that was sent under this name."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    ending = PurePosixPath(name.lower()).suffix
    known = known_type(head, ending)
    if not is_text(head):
        return known or UNKNOWN
    if known in MARKED_TEXTS or (known or "").startswith("text/"):
        return markup(head) or known or UNKNOWN
    return markup(head) or TEXTS.get(ending, "text/plain")


def known_type(head: bytes, ending: str) -> str | None:
    """The type by its signature; among equally likely ones that of the ending."""
    try:
        found = [match for match in puremagic.magic_string(head) if match.mime_type]
    except (puremagic.PureError, ValueError):
        return None
    likely = [match for match in found if match.confidence == found[0].confidence]
    best = next((match for match in likely if match.extension == ending), likely[0] if likely else None)
    return str(best.mime_type) if best else None


def is_text(head: bytes) -> bool:
    """UTF-8 without control characters, which may end in the middle of a character."""
    if CONTROLS.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == HEAD
    return True


def markup(head: bytes) -> str | None:
    """HTML and SVG behind whatever a browser would skip."""
    lowered = head[:4096].lower()
    if not lowered.lstrip(SKIPPED).startswith(b"<"):
        return None
    found = {at: type_ for mark, type_ in MARKUP if (at := lowered.find(mark)) >= 0}
    return found[min(found)] if found else None
