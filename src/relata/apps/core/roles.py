"""The two roles that every workspace starts with."""

from __future__ import annotations

from relata.kernel.access.role import Grant, Role


def read_only(object_: str, hidden: tuple[str, ...] = ()) -> Grant:
    return Grant(object=object_, create=False, update=False, delete=False, hidden=hidden)


ADMINISTRATOR = Role(name="administrator", label="Administrator", administers=True, sees_private=True)
MEMBER = Role(
    name="member",
    label="Member",
    grants=(
        Grant(),
        read_only("user", hidden=("role", "sign_in")),
        read_only("team"),
        read_only("pipeline"),
    ),
)
ROLES = (ADMINISTRATOR, MEMBER)
