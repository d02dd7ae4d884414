"""The nouns of service."""

from __future__ import annotations

from relata.kernel.metadata.field import choice, define, relation
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.view import Layout, Section, View

CASE = Object(
    name="case", label="Case", plural="Cases", icon="lifebuoy", colour="red", title="subject", shortcut="S",
    own=(
        define("auto_number", "number", "Number", unique=True),
        define("text", "subject", required=True, searched=True),
        choice("status", "Status", "New", "Open", "Pending", "On hold", "Solved", "Closed", default="new", indexed=True),
        choice("priority", "Priority", "Low", "Normal", "High", "Urgent", default="normal"),
        choice("type", "Type", "Question", "Problem", "Incident", "Request"),
        choice("origin", "Origin", "E-mail", "Phone", "Web", "Chat", "Social media"),
        relation("account", "account", inverse="cases", inverse_label="Cases"),
        relation("contact", "contact", inverse="cases", inverse_label="Cases"),
        define("long_text", "description", searched=True),
    ),
    views=(
        View(name="open", label="Open cases", fields=("number", "subject", "status", "priority", "account", "contact", "owner", "created_at"), filter={"field": "status", "op": "not_in", "value": ["solved", "closed"]}, sort=("-created_at",)),
        View(name="all", label="All cases", fields=("number", "subject", "status", "priority", "account", "contact", "owner", "created_at"), sort=("-created_at",)),
        View(name="board", label="Board", type="board", fields=("number", "priority", "account", "owner"), group="status"),
    ),
    layout=Layout(
        sections=(
            Section(label="Case", fields=("number", "subject", "status", "priority", "type", "origin", "owner")),
            Section(label="Customer", fields=("account", "contact")),
            Section(label="Description", fields=("description",)),
        ),
        related=("tasks", "calls", "meetings", "email_messages", "notes", "comments"),
    ),
)  # fmt: skip

OBJECTS = (CASE,)
