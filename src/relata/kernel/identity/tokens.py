"""Secrets that are shown once and kept as hashes: keys and sessions. Each names its workspace, so that
it is looked up there and nowhere else.
"""

from __future__ import annotations

import hashlib
import secrets

KEY, SESSION = "rk", "rs"


def new_token(sort: str, workspace: str) -> tuple[str, bytes]:
    """A token with 256 random bits, and the hash to keep of it."""
    token = f"{sort}_{workspace}_{secrets.token_urlsafe(32)}"
    return token, token_hash(token)


def token_hash(token: str) -> bytes:
    return hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=32).digest()


def token_workspace(sort: str, token: str) -> str | None:
    """The workspace that a token names; None if it is no such token."""
    head, _, rest = token.partition("_")
    # The random part may itself hold underscores: it is always the last 43 characters.
    if head != sort or not 44 < len(rest) < 150 or rest[-44] != "_":
        return None
    return rest[:-44]
