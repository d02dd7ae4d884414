"""What other systems call our fields, in folded words."""

from __future__ import annotations

SYNONYMS: dict[str, tuple[str, ...]] = {
    "account": ("company", "company name", "account name", "organisation", "organization", "customer"),
    "amount": ("close value", "value", "deal value", "deal amount", "total"),
    "annual_revenue": ("revenue", "turnover"),
    "assignee": ("assigned to",),
    "billing_address.city": ("city", "town"),
    "billing_address.country": ("country", "office location"),
    "billing_address.postal_code": ("zip", "zip code", "postcode", "postal code"),
    "billing_address.region": ("state", "region", "province"),
    "billing_address.street": ("street", "address"),
    "close_date": ("close date", "closed", "expected close", "closing date"),
    "code": ("sku", "article number", "product code"),
    "emails": ("email", "e mail", "mail", "email address", "e mail address"),
    "employees": ("number of employees", "headcount", "staff"),
    "external_id": ("external id", "id"),
    "family": ("series", "category", "product family"),
    "industry": ("sector", "branch"),
    "mailing_address.city": ("city", "town"),
    "mailing_address.country": ("country",),
    "mailing_address.postal_code": ("zip", "zip code", "postcode", "postal code"),
    "mailing_address.region": ("state", "region", "province"),
    "mailing_address.street": ("street", "address"),
    "manager": ("line manager", "boss", "reports to"),
    "name": ("full name", "title", "subject"),
    "name.first": ("first name", "given name", "forename"),
    "name.last": ("last name", "surname", "family name"),
    "owner": ("sales agent", "agent", "sales rep", "rep", "account manager", "responsible"),
    "parent": ("parent", "parent company", "parent account", "subsidiary of"),
    "phones": ("phone", "telephone", "tel", "mobile", "phone number"),
    "price": ("sales price", "list price", "unit price"),
    "stage": ("deal stage", "sales stage", "status"),
    "team": ("regional office", "office", "department"),
    "title": ("job title", "position", "role"),
    "website": ("web site", "url", "homepage"),
}
TITLES: dict[str, tuple[str, ...]] = {"user": ("sales agent", "agent", "employee", "person", "rep", "sales rep")}
"""Object → what the column with its title may be called, besides the object's own name."""
