"""Who acts: a person of the workspace, a key, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass

from relata.kernel.access.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`user` is the id of a user record (None for keys of machines), `principal` identifies who
    called (user or key), `through` the door («rest», «import», «command line», …).
    """

    principal: str
    role: Role
    user: str | None = None
    through: str = "rest"
    time_zone: str = "UTC"
