"""The error tree. Each error has a stable code for machines and a sentence that says what to do.

RelataError
├── Invalid            422  one or more faults in what was sent, all at once
├── Malformed          400  the request could not be read at all (not JSON, a bad cursor)
├── Unauthenticated    401  no valid session or key
├── Denied             403  known, but not allowed
├── Suspended          403  the workspace is suspended: nobody works in it at present
├── NotFound           404  does not exist, or is not visible: the two look the same
├── Conflict           409  cannot be done in the present state
│   └── Reshaped            the object was changed meanwhile by an administrator
├── Gone               410  was there, and is kept no longer
├── Stale              412  the record has a newer version than the one given
├── TooLarge           413  more than a documented limit
├── Unavailable        503  the database (or another dependency) does not answer in time
├── NoRoom             507  the disk is full; nothing was changed
└── SetupError              the program cannot start; the sentence says what to do
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (JSON pointer, RFC 6901), which code, and a sentence."""

    pointer: str
    code: str
    message: str

    def below(self, prefix: str) -> Fault:
        """The same fault seen from an enclosing document, with `prefix` put before its pointer."""
        return Fault(prefix + self.pointer, self.code, self.message)


class RelataError(Exception):
    """Anything that Relata refuses on purpose."""

    status = 500
    code = "internal"

    def __init__(self, message: str, faults: tuple[Fault, ...] | list[Fault] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.faults = tuple(faults)


class Invalid(RelataError):
    """What was sent has faults; `faults` lists all of them."""

    status = 422
    code = "invalid"

    def __init__(self, faults: tuple[Fault, ...] | list[Fault], message: str = "") -> None:
        count = len(faults)
        super().__init__(message or f"{count} fault{'s' if count != 1 else ''} in what was sent.", faults)


class Malformed(RelataError):
    """The request cannot be read at all."""

    status = 400
    code = "malformed"


class Unauthenticated(RelataError):
    """There is no valid session or key."""

    status = 401
    code = "unauthenticated"


class Denied(RelataError):
    """The caller is known but may not do this."""

    status = 403
    code = "denied"


class Suspended(RelataError):
    """The workspace is suspended or about to be deleted."""

    status = 403
    code = "workspace_suspended"


class NotFound(RelataError):
    """It does not exist, or the caller may not see it: the answer is the same."""

    status = 404
    code = "not_found"


class Conflict(RelataError):
    """It cannot be done in the present state."""

    status = 409
    code = "conflict"


class Reshaped(Conflict):
    """The object was changed while this waited; the catalog must be read anew."""

    def __init__(self) -> None:
        super().__init__("The object has just been changed by an administrator; send the request again.")


class Gone(RelataError):
    """It was there and has been cleaned away."""

    status = 410
    code = "gone"


class Stale(RelataError):
    """The record has changed since the version that the caller named."""

    status = 412
    code = "stale"


class TooLarge(RelataError):
    """The request goes beyond a documented limit."""

    status = 413
    code = "too_large"


class Unavailable(RelataError):
    """Something that Relata needs does not answer in time."""

    status = 503
    code = "unavailable"


class NoRoom(RelataError):
    """The disk of the database or of the data directory is full; nothing was changed."""

    status = 507
    code = "no_room"

    def __init__(self) -> None:
        super().__init__(
            "The disk of the server is full and nothing was changed: free some space there, then try again."
        )


class SetupError(RelataError):
    """The program cannot start or go on; the message is one sentence that says what to do."""
