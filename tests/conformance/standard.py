"""The standard names of section 4 of the design, with their kinds: what clients may rely on."""

from __future__ import annotations

SHARED = {
    "id": "id", "created_at": "moment", "updated_at": "moment", "created_by": "user", "updated_by": "user", "version": "version",
    "external_id": "text", "owner": "user",
}  # fmt: skip
ACCOUNT = {
    "name": "text", "parent": "relation", "domain": "text", "website": "links", "industry": "choice", "type": "choice",
    "employees": "number", "annual_revenue": "money", "phones": "phones", "emails": "emails", "billing_address": "address",
    "shipping_address": "address", "description": "long_text", "tags": "tags",
}  # fmt: skip
CONTACT = {
    "name": "person_name", "title": "text", "department": "text", "account": "relation", "reports_to": "relation", "emails": "emails",
    "phones": "phones", "mailing_address": "address", "birthday": "date", "lead_source": "choice", "description": "long_text", "tags": "tags",
}  # fmt: skip
LEAD = {
    "name": "person_name", "company": "text", "title": "text", "emails": "emails", "phones": "phones", "website": "links",
    "status": "choice", "source": "choice", "rating": "choice", "address": "address", "description": "long_text", "tags": "tags",
}  # fmt: skip
OPPORTUNITY = {
    "name": "text", "account": "relation", "contact": "relation", "pipeline": "relation", "stage": "choice", "amount": "money",
    "probability": "percent", "close_date": "date", "forecast_category": "choice", "type": "choice", "source": "choice",
    "next_step": "text", "lost_reason": "choice", "campaign": "relation", "description": "long_text",
}  # fmt: skip
CASE = {
    "number": "auto_number", "subject": "text", "status": "choice", "priority": "choice", "type": "choice", "origin": "choice",
    "account": "relation", "contact": "relation", "description": "long_text",
}  # fmt: skip
CAMPAIGN = {
    "name": "text", "type": "choice", "status": "choice", "start_date": "date", "end_date": "date", "budget": "money",
    "actual_cost": "money", "expected_revenue": "money",
}  # fmt: skip
TASK = {
    "subject": "text", "status": "choice", "priority": "choice", "due_date": "date", "assignee": "user", "about": "about",
    "description": "long_text",
}  # fmt: skip
CALL = {
    "subject": "text", "direction": "choice", "outcome": "choice", "started_at": "moment", "duration": "duration", "about": "about",
    "description": "long_text",
}  # fmt: skip
MEETING = {
    "subject": "text", "starts_at": "moment", "ends_at": "moment", "place": "text", "attendees": "about", "about": "about",
    "description": "long_text",
}  # fmt: skip
EMAIL = {
    "subject": "text", "from": "emails", "to": "emails", "cc": "emails", "sent_at": "moment", "body": "long_text", "about": "about",
}  # fmt: skip
NOTE = {"title": "text", "body": "long_text", "about": "about"}
PRODUCT = {"name": "text", "code": "text", "family": "text", "price": "money", "active": "boolean"}

STANDARD: dict[str, dict[str, str]] = {
    name: fields | SHARED
    for name, fields in {
        "account": ACCOUNT, "contact": CONTACT, "lead": LEAD, "opportunity": OPPORTUNITY, "case": CASE, "campaign": CAMPAIGN,
        "task": TASK, "call": CALL, "meeting": MEETING, "email_message": EMAIL, "note": NOTE, "product": PRODUCT,
    }.items()
}  # fmt: skip
