"""Who acts: a person of the workspace, a key, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass

from relata.kernel.access.role import Role

KEY_DOOR = "key"
"""The door of a key; its name follows: keys are never renamed, and a revoked one is still told by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`user` is the id of a user record (None for keys of machines), `principal` identifies who
    called (user or key), `through` the door («browser», «key» with its name, «import», «command line», …).
    """

    principal: str
    role: Role
    user: str | None = None
    through: str = "rest"
    time_zone: str = "UTC"
