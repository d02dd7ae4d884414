"""The people of the workspace and their teams."""

from __future__ import annotations

from relata.kernel.metadata.field import choice, define, relation
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.view import Layout, Section, View

USER = Object(
    name="user", label="User", plural="Users", icon="user-circle", colour="indigo", group="setup", owned=False,
    own=(
        define("text", "name", required=True, searched=True),
        define("emails", "emails", "E-mail", searched=True),
        define("text", "title", "Job title"),
        relation("team", "team", inverse="members", inverse_label="Members"),
        relation("manager", "user", inverse="reports", inverse_label="Reports"),
        define("phones", "phones", "Phone"),
        choice("role", "Role", "Administrator", "Member", default="member"),
        define("boolean", "sign_in", "Can sign in", readonly=True),
        define("boolean", "active", default=True),
        define("text", "time_zone", "Time zone", help="A name of the tz database, such as Europe/Berlin."),
        define("text", "locale", help="A language tag, such as en or de."),
    ),
    views=(View(name="all", label="All users", fields=("name", "emails", "title", "team", "role", "sign_in", "active"), sort=("name",)),),
    layout=Layout(sections=(
        Section(label="Person", fields=("name", "emails", "title", "phones", "team", "manager")),
        Section(label="Workspace", fields=("role", "sign_in", "active", "time_zone", "locale")),
    ), related=("reports",)),
)  # fmt: skip

TEAM = Object(
    name="team", label="Team", plural="Teams", icon="users", colour="indigo", group="setup", owned=False,
    own=(
        define("text", "name", required=True, searched=True),
        relation("lead", "user", "Led by"),
        relation("parent", "team", "Part of", inverse="teams", inverse_label="Teams"),
        define("long_text", "description"),
    ),
    views=(View(name="all", label="All teams", fields=("name", "lead", "parent"), sort=("name",)),),
    layout=Layout(sections=(Section(label="Team", fields=("name", "lead", "parent", "description")),), related=("members", "teams")),
)  # fmt: skip

PEOPLE = (USER, TEAM)
