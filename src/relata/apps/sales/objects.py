"""The nouns of selling."""

from __future__ import annotations

from relata.kernel.metadata.field import Option, choice, define, options, relation
from relata.kernel.metadata.object import Object
from relata.kernel.metadata.view import Layout, Section, View

SOURCES = (
    "Website",
    "Referral",
    "Event",
    "Advertisement",
    "Outbound call",
    "Partner",
    "Social media",
    "Import",
    "Other",
)
STAGES = options(
    Option(key="prospecting", label="Prospecting", probability=10),
    Option(key="qualification", label="Qualification", probability=25),
    Option(key="proposal", label="Proposal", probability=50),
    Option(key="negotiation", label="Negotiation", probability=75),
    Option(key="closed_won", label="Closed won", colour="green", probability=100, outcome="won"),
    Option(key="closed_lost", label="Closed lost", colour="red", probability=0, outcome="lost"),
)

LEAD = Object(
    name="lead", label="Lead", plural="Leads", icon="target-arrow", colour="orange", shortcut="L",
    own=(
        define("person_name", "name", required=True, searched=True),
        define("text", "company", searched=True),
        define("text", "title", "Job title"),
        define("emails", "emails", "E-mail", searched=True),
        define("phones", "phones", "Phone", searched=True),
        define("links", "website"),
        choice("status", "Status", "New", "Contacted", "Qualified", "Unqualified", default="new", indexed=True),
        choice("source", "Source", *SOURCES),
        choice("rating", "Rating", "Cold", "Warm", "Hot"),
        define("address", "address"),
        define("long_text", "description"),
        define("tags", "tags"),
    ),
    views=(
        View(name="all", label="All leads", fields=("name", "company", "status", "rating", "source", "emails", "owner", "created_at"), sort=("-created_at",)),
        View(name="board", label="Board", type="board", fields=("company", "rating", "owner"), group="status"),
    ),
    layout=Layout(
        sections=(
            Section(label="Person", fields=("name", "company", "title", "owner", "tags")),
            Section(label="Qualification", fields=("status", "rating", "source")),
            Section(label="Reach", fields=("emails", "phones", "website", "address")),
            Section(label="Notes", fields=("description",)),
        ),
        related=("tasks", "calls", "meetings", "email_messages", "notes", "campaigns"),
    ),
)  # fmt: skip

OPPORTUNITY = Object(
    name="opportunity", label="Opportunity", plural="Opportunities", icon="trending-up", colour="amber", shortcut="O",
    own=(
        define("text", "name", required=True, searched=True),
        relation("account", "account", inverse="opportunities", inverse_label="Opportunities"),
        relation("contact", "contact", "Main contact", inverse="opportunities", inverse_label="Opportunities"),
        relation("pipeline", "pipeline", inverse="opportunities", inverse_label="Opportunities"),
        define("choice", "stage", options=STAGES, default="prospecting", indexed=True),
        define("money", "amount", rate_date="close_date"),
        define("percent", "probability"),
        define("date", "close_date", "Closes", indexed=True),
        choice("forecast_category", "Forecast", "Pipeline", "Best case", "Commit", "Closed", "Omitted"),
        choice("type", "Type", "New business", "Expansion", "Renewal"),
        choice("source", "Source", *SOURCES),
        define("text", "next_step"),
        choice("lost_reason", "Lost because", "Price", "Features", "Timing", "Competitor", "No decision", "Other"),
        relation("product", "product", inverse="opportunities", inverse_label="Opportunities"),
        relation("campaign", "campaign", inverse="opportunities", inverse_label="Opportunities"),
        define("long_text", "description"),
    ),
    views=(
        View(name="all", label="All opportunities", fields=("name", "account", "stage", "amount", "probability", "close_date", "owner"), sort=("close_date",), sums=("amount",)),
        View(name="pipeline", label="Pipeline", type="board", fields=("account", "amount", "close_date", "owner"), group="stage", sort=("close_date",), sums=("amount",)),
        View(name="open", label="Open", fields=("name", "account", "stage", "amount", "close_date", "next_step", "owner"), filter={"field": "stage", "op": "not_in", "value": ["closed_won", "closed_lost"]}, sort=("close_date",), sums=("amount",)),
    ),
    layout=Layout(
        sections=(
            Section(label="Deal", fields=("name", "account", "contact", "owner", "pipeline", "stage", "amount", "probability", "close_date", "forecast_category")),
            Section(label="Background", fields=("type", "source", "product", "campaign", "next_step", "lost_reason", "description")),
        ),
        related=("contact_roles", "tasks", "calls", "meetings", "email_messages", "notes"),
    ),
)  # fmt: skip

PIPELINE = Object(
    name="pipeline", label="Pipeline", plural="Pipelines", icon="git-branch", colour="amber", group="setup", owned=False,
    own=(
        define("text", "name", required=True, searched=True),
        define("choices", "stages", options=STAGES, help="The stages that its opportunities pass through."),
        define("boolean", "active", default=True),
        define("long_text", "description"),
    ),
    views=(View(name="all", label="All pipelines", fields=("name", "stages", "active"), sort=("name",)),),
    layout=Layout(sections=(Section(label="Pipeline", fields=("name", "stages", "active", "description")),), related=("opportunities",)),
)  # fmt: skip

CONTACT_ROLE = Object(
    name="contact_role", label="Contact role", plural="Contact roles", icon="users-group", colour="violet", group=None, owned=False, title="role",
    own=(
        relation("opportunity", "opportunity", required=True, inverse="contact_roles", inverse_label="People"),
        relation("contact", "contact", required=True, inverse="opportunity_roles", inverse_label="Roles in opportunities"),
        choice("role", "Role", "Decides", "Signs", "Champion", "Influences", "Uses", "Blocks", "Other"),
        define("boolean", "primary", "Main contact"),
    ),
    views=(View(name="all", label="All contact roles", fields=("opportunity", "contact", "role", "primary")),),
    layout=Layout(sections=(Section(label="Role", fields=("opportunity", "contact", "role", "primary")),)),
)  # fmt: skip

PRODUCT = Object(
    name="product", label="Product", plural="Products", icon="package", colour="cyan",
    own=(
        define("text", "name", required=True, searched=True),
        define("text", "code", searched=True, unique=True),
        define("text", "family"),
        define("money", "price"),
        define("boolean", "active", default=True),
        define("long_text", "description"),
    ),
    views=(View(name="all", label="All products", fields=("name", "code", "family", "price", "active"), sort=("name",)),),
    layout=Layout(sections=(Section(label="Product", fields=("name", "code", "family", "price", "active", "description", "owner")),), related=("opportunities",)),
)  # fmt: skip

OBJECTS = (LEAD, OPPORTUNITY, PIPELINE, CONTACT_ROLE, PRODUCT)
