"""Accounts and contacts: the customers themselves."""

from __future__ import annotations

from relata.kernel.metadata.field import choice, define, relation
from relata.kernel.metadata.object import Index, Object
from relata.kernel.metadata.view import Layout, Section, View

INDUSTRIES = (
    "Agriculture", "Construction", "Education", "Energy", "Finance", "Food and drink", "Government", "Health care",
    "Hospitality", "Logistics", "Manufacturing", "Media", "Non-profit", "Professional services", "Real estate",
    "Retail", "Technology", "Telecommunications", "Other",
)  # fmt: skip
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

ACCOUNT = Object(
    name="account", label="Account", plural="Accounts", icon="building", colour="teal", shortcut="A", recognised=("domain",),
    own=(
        define("text", "name", required=True, searched=True),
        relation("parent", "account", "Parent account", inverse="subsidiaries", inverse_label="Subsidiaries"),
        define("text", "domain", searched=True, help="The part of e-mail addresses after the @, such as acme.com."),
        define("links", "website"),
        choice("industry", "Industry", *INDUSTRIES, indexed=True),
        choice("type", "Type", "Prospect", "Customer", "Partner", "Supplier", "Competitor", "Former customer", indexed=True),
        define("number", "employees"),
        define("money", "annual_revenue"),
        define("phones", "phones", "Phone", searched=True),
        define("emails", "emails", "E-mail", searched=True),
        define("address", "billing_address"),
        define("address", "shipping_address"),
        define("long_text", "description"),
        define("tags", "tags"),
    ),
    views=(
        View(name="all", label="All accounts", fields=("name", "industry", "type", "owner", "annual_revenue", "employees", "phones", "billing_address.city"), sort=("name",), sums=("annual_revenue",)),
        View(name="customers", label="Customers", fields=("name", "industry", "owner", "annual_revenue", "billing_address.city"), filter={"field": "type", "op": "is", "value": "customer"}, sort=("name",)),
        View(name="by_type", label="By type", type="board", fields=("industry", "owner", "annual_revenue"), group="type", sums=("annual_revenue",)),
    ),
    layout=Layout(
        sections=(
            Section(label="Company", fields=("name", "domain", "website", "industry", "type", "parent", "owner", "tags")),
            Section(label="Size", fields=("employees", "annual_revenue")),
            Section(label="Reach", fields=("phones", "emails", "billing_address", "shipping_address")),
            Section(label="Notes", fields=("description",)),
        ),
        related=("contacts", "opportunities", "cases", "tasks", "calls", "meetings", "email_messages", "notes", "subsidiaries"),
    ),
    indexes=(Index(equal=("billing_address.country",), sort=("name",)),),
)  # fmt: skip

CONTACT = Object(
    name="contact", label="Contact", plural="Contacts", icon="user", colour="blue", shortcut="C",
    own=(
        define("person_name", "name", required=True, searched=True),
        define("text", "title", "Job title"),
        define("text", "department"),
        relation("account", "account", inverse="contacts", inverse_label="Contacts"),
        relation("reports_to", "contact", inverse="reports", inverse_label="Reports"),
        define("emails", "emails", "E-mail", searched=True),
        define("phones", "phones", "Phone", searched=True),
        define("address", "mailing_address"),
        define("date", "birthday"),
        choice("lead_source", "Lead source", *SOURCES),
        define("long_text", "description"),
        define("tags", "tags"),
    ),
    views=(
        View(name="all", label="All contacts", fields=("name", "account", "title", "emails", "phones", "owner", "mailing_address.city", "mailing_address.country"), sort=("name",)),
        View(name="recent", label="Recently added", fields=("name", "account", "emails", "lead_source", "created_at"), sort=("-created_at",)),
    ),
    layout=Layout(
        sections=(
            Section(label="Person", fields=("name", "title", "department", "account", "reports_to", "owner", "tags")),
            Section(label="Reach", fields=("emails", "phones", "mailing_address")),
            Section(label="More", fields=("birthday", "lead_source", "description")),
        ),
        related=("opportunities", "opportunity_roles", "cases", "tasks", "calls", "meetings", "email_messages", "notes", "campaigns", "reports"),
    ),
    indexes=(Index(equal=("mailing_address.country",), sort=("name",)),),
)  # fmt: skip

CUSTOMERS = (ACCOUNT, CONTACT)
