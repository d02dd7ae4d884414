"""The nouns of marketing."""

from __future__ import annotations

from relata.kernel.metadata.field import choice, define, relation
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.view import Layout, Section, View

CAMPAIGN = Object(
    name="campaign", label="Campaign", plural="Campaigns", icon="speakerphone", colour="pink", shortcut="M",
    own=(
        define("text", "name", required=True, searched=True),
        choice("type", "Type", "E-mail", "Event", "Webinar", "Advertisement", "Content", "Partner", "Other"),
        choice("status", "Status", "Planned", "Active", "Completed", "Cancelled", default="planned", indexed=True),
        define("date", "start_date", "Starts"),
        define("date", "end_date", "Ends"),
        define("money", "budget", rate_date="start_date"),
        define("money", "actual_cost", rate_date="start_date"),
        define("money", "expected_revenue", rate_date="start_date"),
        define("long_text", "description"),
    ),
    views=(
        View(name="all", label="All campaigns", fields=("name", "type", "status", "start_date", "end_date", "budget", "actual_cost", "owner"), sort=("-start_date",), sums=("budget", "actual_cost")),
        View(name="board", label="Board", type="board", fields=("type", "start_date", "budget"), group="status", sums=("budget",)),
    ),
    layout=Layout(
        sections=(
            Section(label="Campaign", fields=("name", "type", "status", "start_date", "end_date", "owner")),
            Section(label="Money", fields=("budget", "actual_cost", "expected_revenue")),
            Section(label="Notes", fields=("description",)),
        ),
        related=("members", "opportunities", "tasks", "notes"),
    ),
)  # fmt: skip

CAMPAIGN_MEMBER = Object(
    name="campaign_member", label="Campaign member", plural="Campaign members", icon="user-check", colour="pink", group=None, owned=False, title="status",
    own=(
        relation("campaign", "campaign", required=True, inverse="members", inverse_label="Members"),
        relation("contact", "contact", inverse="campaigns", inverse_label="Campaigns"),
        relation("lead", "lead", inverse="campaigns", inverse_label="Campaigns"),
        choice("status", "Status", "Invited", "Sent", "Opened", "Responded", "Attended", "Declined", default="invited"),
        define("moment", "responded_at", "Responded"),
    ),
    views=(View(name="all", label="All members", fields=("campaign", "contact", "lead", "status", "responded_at")),),
    layout=Layout(sections=(Section(label="Member", fields=("campaign", "contact", "lead", "status", "responded_at")),)),
)  # fmt: skip

OBJECTS = (CAMPAIGN, CAMPAIGN_MEMBER)
