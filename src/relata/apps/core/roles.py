"""The two roles that every workspace starts with."""

from __future__ import annotations

from relata.kernel.access.role import Grant, Role

READ_ONLY = {"create": False, "update": False, "delete": False}

ADMINISTRATOR = Role(name="administrator", label="Administrator", administers=True, sees_private=True)
MEMBER = Role(
    name="member",
    label="Member",
    grants=(
        Grant(),
        Grant(object="user", **READ_ONLY, hidden=("role", "sign_in")),
        Grant(object="team", **READ_ONLY),
        Grant(object="pipeline", **READ_ONLY),
    ),
)
ROLES = (ADMINISTRATOR, MEMBER)
