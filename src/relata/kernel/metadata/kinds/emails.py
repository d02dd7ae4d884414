"""E-mail addresses. The check follows what mail systems accept (RFC 5321 lengths), not the whole
grammar of RFC 5322: an address that works must not be refused.
"""

from __future__ import annotations

import re

from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.entries import Entries
from relata.kernel.metadata.kinds.marks import EMAIL

ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,190}")


class Emails(Entries):
    name = "emails"
    label = "E-mail addresses"
    help = "One or several addresses, each with a label."
    searched = True
    pattern = ADDRESS.pattern
    naming = True
    marked = EMAIL
    example = "ada@example.com"

    def check(self, value: str) -> str:
        address = value.strip()
        domain = address.rpartition("@")[2]
        if not ADDRESS.fullmatch(address) or domain.startswith(".") or ".." in domain:
            raise BadValue(f"«{value[:80]}» is not an e-mail address.", "bad_email")
        return address
