"""What happens with customers: tasks, calls, meetings, e-mails, notes and comments."""

from __future__ import annotations

from relata.kernel.metadata.field import Field, choice, define
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.view import Layout, Section, View

SUBJECTS = ("account", "contact", "lead", "opportunity", "case", "campaign")


def about(inverse: str, label: str) -> Field:
    """What an activity is about; there it shows up in the list `inverse`."""
    return define("about", "about", to=SUBJECTS, inverse=inverse, inverse_label=label)


TASK = Object(
    name="task", label="Task", plural="Tasks", icon="circle-check", colour="green", group="activities", title="subject", shortcut="T", guarded=True,
    own=(
        define("text", "subject", required=True, searched=True),
        choice("status", "Status", "Open", "In progress", "Waiting", "Done", "Cancelled", default="open", indexed=True),
        choice("priority", "Priority", "Low", "Normal", "High", "Urgent", default="normal"),
        define("date", "due_date", "Due", indexed=True),
        define("user", "assignee", "Assigned to", to=("user",), inverse="tasks", inverse_label="Tasks"),
        about("tasks", "Tasks"),
        define("long_text", "description"),
    ),
    views=(
        View(name="open", label="Open tasks", fields=("subject", "status", "priority", "due_date", "assignee", "about"), filter={"field": "status", "op": "not_in", "value": ["done", "cancelled"]}, sort=("due_date",)),
        View(name="all", label="All tasks", fields=("subject", "status", "priority", "due_date", "assignee", "about"), sort=("-created_at",)),
        View(name="board", label="Board", type="board", fields=("priority", "due_date", "assignee"), group="status", sort=("due_date",)),
    ),
    layout=Layout(sections=(Section(label="Task", fields=("subject", "status", "priority", "due_date", "assignee", "about", "description", "owner", "private")),)),
)  # fmt: skip

CALL = Object(
    name="call", label="Call", plural="Calls", icon="phone", colour="cyan", group="activities", title="subject", guarded=True,
    own=(
        define("text", "subject", required=True, searched=True),
        choice("direction", "Direction", "Outbound", "Inbound", default="outbound"),
        choice("outcome", "Outcome", "Reached", "Left a message", "No answer", "Busy", "Wrong number"),
        define("moment", "started_at", "Started", indexed=True),
        define("duration", "duration"),
        about("calls", "Calls"),
        define("long_text", "description", searched=True),
    ),
    views=(View(name="all", label="All calls", fields=("subject", "direction", "outcome", "started_at", "duration", "about", "owner"), sort=("-started_at",)),),
    layout=Layout(sections=(Section(label="Call", fields=("subject", "direction", "outcome", "started_at", "duration", "about", "description", "owner", "private")),)),
)  # fmt: skip

MEETING = Object(
    name="meeting", label="Meeting", plural="Meetings", icon="calendar-event", colour="violet", group="activities", title="subject", guarded=True,
    own=(
        define("text", "subject", required=True, searched=True),
        define("moment", "starts_at", "Starts", indexed=True),
        define("moment", "ends_at", "Ends"),
        define("text", "place"),
        define("about", "attendees", to=("user", "contact", "lead"), inverse="attended", inverse_label="Meetings attended"),
        about("meetings", "Meetings"),
        define("long_text", "description", searched=True),
    ),
    views=(View(name="all", label="All meetings", fields=("subject", "starts_at", "ends_at", "place", "about", "owner"), sort=("-starts_at",)),),
    layout=Layout(sections=(Section(label="Meeting", fields=("subject", "starts_at", "ends_at", "place", "attendees", "about", "description", "owner", "private")),)),
)  # fmt: skip

EMAIL_MESSAGE = Object(
    name="email_message", label="E-mail", plural="E-mails", icon="mail", colour="amber", group="activities", title="subject", guarded=True,
    own=(
        define("text", "subject", searched=True),
        define("emails", "from"),
        define("emails", "to"),
        define("emails", "cc"),
        define("moment", "sent_at", "Sent", indexed=True),
        define("long_text", "body", searched=True),
        about("email_messages", "E-mails"),
    ),
    views=(View(name="all", label="All e-mails", fields=("subject", "from", "to", "sent_at", "about"), sort=("-sent_at",)),),
    layout=Layout(sections=(Section(label="E-mail", fields=("subject", "from", "to", "cc", "sent_at", "about", "body", "owner", "private")),)),
)  # fmt: skip

NOTE = Object(
    name="note", label="Note", plural="Notes", icon="note", colour="lime", group="activities", title="title", shortcut="N", guarded=True,
    own=(
        define("text", "title", required=True, searched=True),
        define("long_text", "body", searched=True),
        about("notes", "Notes"),
    ),
    views=(View(name="all", label="All notes", fields=("title", "about", "owner", "created_at"), sort=("-created_at",)),),
    layout=Layout(sections=(Section(label="Note", fields=("title", "body", "about", "owner", "private")),)),
)  # fmt: skip

COMMENT = Object(
    name="comment", label="Comment", plural="Comments", icon="message", colour="grey", group=None, title="body",
    own=(
        define("long_text", "body", required=True, searched=True),
        about("comments", "Comments"),
    ),
    views=(View(name="all", label="All comments", fields=("body", "about", "created_by", "created_at"), sort=("-created_at",)),),
    layout=Layout(sections=(Section(label="Comment", fields=("body", "about", "owner")),)),
)  # fmt: skip

ACTIVITIES = (TASK, CALL, MEETING, EMAIL_MESSAGE, NOTE, COMMENT)
