"""Passwords: argon2id (RFC 9106), checked against what attackers try first (OWASP ASVS 5, 6.2)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from relata.errors import Fault, Invalid

SHORTEST, LONGEST = 10, 256
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Compared when nobody has the address, so that both answers take the same time.
NOBODY = HASHER.hash("nobody has this password")
COMMON = ("password", "passwort", "123456", "qwerty", "letmein", "welcome", "relata", "iloveyou", "abc123", "monkey")


def hash_password(password: str, email: str) -> str:
    """The hash to keep; raises Invalid with all faults of the password."""
    faults = []
    if not SHORTEST <= len(password) <= LONGEST:
        faults.append(Fault("/password", "too_short", f"A password has {SHORTEST} to {LONGEST} characters."))
    plain = password.lower()
    name = email.partition("@")[0].lower()
    stripped = next((plain.replace(word, "") for word in COMMON if word in plain), plain)
    if len(stripped) < 5 or len(set(plain)) < 4 or (len(name) > 3 and name in plain and len(plain) - len(name) < 6):
        faults.append(Fault("/password", "too_common", "This password is easy to guess; take several unrelated words."))
    if faults:
        raise Invalid(faults)
    return HASHER.hash(password)


def password_matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one behind the hash; takes as long when there is none."""
    try:
        HASHER.verify(kept or NOBODY, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
