"""What other systems and people call our fields, in folded words: English and German."""

from __future__ import annotations

SYNONYMS: dict[str, tuple[str, ...]] = {
    "account": (
        "company", "company name", "account name", "organisation", "organization", "customer", "firma", "firmenname", "unternehmen",
        "kunde", "client", "related company", "organization name", "organisation name", "associated company", "employer", "account id",
    ),
    "amount": (
        "close value", "value", "deal value", "deal amount", "total", "opportunity amount", "expected revenue",
        "est revenue", "betrag", "wert", "summe", "volumen",
    ),
    "annual_revenue": ("revenue", "turnover", "umsatz", "jahresumsatz", "arr"),
    "assignee": ("assigned to", "assigned user", "zugewiesen an", "bearbeiter"),
    "birthday": ("birth date", "birthdate", "date of birth", "geburtstag", "geburtsdatum"),
    "campaign": ("campaign name", "primary campaign source", "kampagne"),
    "close_date": (
        "close date", "closed", "expected close", "closing date", "expected close date", "est close date",
        "abschlussdatum", "expected closing", "deadline",
    ),
    "code": ("sku", "article number", "product code", "artikelnummer", "product number"),
    "company": ("company name", "organization", "organisation", "account name", "firma", "unternehmen"),
    "contact": ("contact name", "primary contact", "contact person", "ansprechpartner", "kontakt", "person"),
    "department": ("abteilung",),
    "description": (
        "notes", "note", "comments", "comment", "about", "details", "beschreibung", "bemerkung", "bemerkungen",
        "notiz", "notizen", "anmerkung", "background", "background info",
    ),
    "domain": ("company domain name", "company domain", "email domain", "domain name"),
    "due_date": ("due", "due on", "deadline", "faellig", "faellig am", "fallig", "fallig am", "date due", "activity date"),
    "emails": ("email", "e mail", "mail", "email address", "e mail address", "email addresses", "emails", "e mails", "mailadresse", "e mail adresse"),
    "employees": (
        "number of employees", "headcount", "staff", "no of employees", "employee count", "mitarbeiter",
        "mitarbeiterzahl", "anzahl mitarbeiter", "size",
    ),
    "ends_at": ("end", "end date", "end time", "to", "ende", "enddatum"),
    "external_id": ("external id", "id", "record id", "externe id", "uid", "uuid", "guid", "row id", "legacy id", "source id", "key"),
    "family": ("series", "category", "product family", "kategorie", "warengruppe"),
    "forecast_category": ("forecast category name",),
    "industry": ("sector", "branch", "branche", "vertical"),
    "lead_source": ("source", "original source", "origin", "quelle", "leadquelle", "lead origin", "source name"),
    "lost_reason": ("closed lost reason", "reason for loss", "loss reason", "verlustgrund"),
    "manager": ("line manager", "boss", "reports to", "vorgesetzter"),
    "name": ("full name", "title", "subject", "name", "display name", "bezeichnung", "vollstandiger name"),
    "name.first": ("first name", "given name", "forename", "firstname", "first", "vorname", "prenom", "nombre"),
    "name.last": ("last name", "surname", "family name", "lastname", "last", "nachname", "familienname", "nom", "apellido", "apellidos"),
    "name.middle": ("middle name", "middle names", "additional name", "zweiter vorname"),
    "name.prefix": ("salutation", "name prefix", "honorific", "anrede", "titel", "prefix"),
    "name.suffix": ("name suffix", "suffix"),
    "next_step": ("next steps", "nachster schritt"),
    "owner": (
        "sales agent", "agent", "sales rep", "rep", "account manager", "responsible", "owner name", "account owner", "contact owner",
        "deal owner", "company owner", "opportunity owner", "lead owner", "case owner", "record owner", "assigned to",
        "inhaber", "verantwortlich", "betreuer", "zustandig", "salesperson", "owner id", "user",
    ),
    "parent": ("parent", "parent company", "parent account", "subsidiary of", "muttergesellschaft", "parent organization", "parent id", "member of"),
    "phones": (
        "phone", "telephone", "tel", "phone number", "telefon", "telefonnummer", "rufnummer", "business phone",
        "main phone", "office phone", "telephone number", "phones",
    ),
    "pipeline": ("pipeline name", "sales process"),
    "price": ("sales price", "list price", "unit price", "preis", "einzelpreis", "standard price", "cost"),
    "priority": ("prioritat", "urgency", "dringlichkeit"),
    "probability": ("probability", "wahrscheinlichkeit", "win probability", "deal probability"),
    "product": ("product name", "produkt", "item"),
    "reports_to": ("reports to", "manager", "vorgesetzter"),
    "source": ("lead source", "original source", "quelle", "leadquelle", "source channel", "origin"),
    "stage": ("deal stage", "sales stage", "status", "phase", "stage name", "pipeline stage", "verkaufsphase"),
    "starts_at": ("start", "start date", "start time", "from", "beginn", "startdatum", "begins"),
    "status": ("lead status", "ticket status", "zustand"),
    "subject": ("title", "name", "betreff", "case title", "ticket name", "topic", "summary", "headline"),
    "tags": ("labels", "label", "tag", "categories", "schlagworte", "stichworte", "keywords", "groups"),
    "team": ("regional office", "office", "department"),
    "title": ("job title", "position", "role", "function", "jobtitle", "job", "berufsbezeichnung", "funktion", "rolle"),
    "type": ("account type", "customer type", "relationship type", "kundentyp", "typ", "art", "opportunity type", "case type"),
    "website": ("web site", "url", "homepage", "webseite", "internet", "website url", "web", "domain"),
}  # fmt: skip
TITLES: dict[str, tuple[str, ...]] = {
    "user": ("sales agent", "agent", "employee", "person", "rep", "sales rep", "mitarbeiter"),
    "account": (
        "company", "company name", "organization", "organisation", "organization name", "firma", "firmenname",
        "unternehmen", "name 1", "customer", "customer name", "kunde",
    ),
    "contact": ("full name", "name", "contact name", "person", "kontakt", "ansprechpartner"),
    "opportunity": ("deal", "deal name", "opportunity name", "title", "verkaufschance"),
    "case": ("ticket", "ticket name", "case title", "issue"),
    "product": ("product", "product name", "item", "item name", "artikel", "artikelbezeichnung", "produkt"),
}  # fmt: skip
"""Object → what the column with its title may be called, besides the object's own name."""
LABELS: dict[str, tuple[str, ...]] = {
    "emails": ("email address", "e mail address", "email", "e mail", "mail"),
    "phones": (
        "phone number",
        "telephone",
        "phone",
        "telefonnummer",
        "telefon",
        "tel",
        "mobile phone number",
        "mobile number",
        "fax",
    ),
    "links": ("website", "web page", "webseite", "profile url", "url"),
}
"""Words of a column that holds an entry of a list, besides the word for its label."""
PLACES: dict[str, str] = {
    "work": "work", "business": "work", "office": "work", "geschaftlich": "work", "arbeit": "work", "dienstlich": "work", "company": "work",
    "home": "home", "private": "home", "privat": "home", "personal": "home",
    "mobile": "mobile", "mobil": "mobile", "cell": "mobile", "handy": "mobile",
    "other": "other", "secondary": "other", "alternate": "other", "alternative": "other", "additional": "other", "weitere": "other",
    "assistant": "assistant", "fax": "fax", "direct": "direct", "durchwahl": "direct",
}  # fmt: skip
PARTS: dict[str, tuple[str, ...]] = {
    "street": (
        "street address", "street", "address line 1", "address 1", "strasse", "strasse und hausnummer", "anschrift",
        "street 1", "address", "adresse",
    ),
    "city": ("city", "town", "ort", "stadt", "locality", "wohnort"),
    "postal_code": ("postal code", "zip code", "zip postal code", "zip", "postcode", "post code", "plz", "postleitzahl", "zip or postal code"),
    "region": ("state province", "state region", "state or province", "state", "region", "province", "county", "bundesland", "kanton"),
    "country": ("country region", "country", "country code", "land", "office location", "nation"),
}  # fmt: skip
"""Part of an address → its names."""
OBJECTS: dict[str, tuple[str, ...]] = {
    "account": (
        "company", "companies", "organization", "organizations", "organisation", "organisationen", "firma", "firmen",
        "unternehmen", "customers", "kunden", "accounts", "clients", "suppliers", "lieferanten", "vendors", "partners",
    ),
    "contact": ("person", "people", "persons", "kontakte", "ansprechpartner", "personen", "connections", "contacts", "addresses", "adressen"),
    "lead": ("prospects", "interessenten", "leads"),
    "opportunity": ("deal", "deals", "opportunities", "pipeline", "verkaufschancen", "sales"),
    "case": ("ticket", "tickets", "cases", "issues", "anfragen", "vorgange"),
    "product": ("products", "items", "artikel", "produkte", "pricebook"),
    "task": ("tasks", "todos", "aufgaben"),
    "call": ("calls", "anrufe"),
    "meeting": ("meetings", "events", "appointments", "termine"),
    "note": ("notes", "notizen"),
    "campaign": ("campaigns", "kampagnen"),
    "user": ("users", "team members", "sales teams", "sales agents", "benutzer", "employees"),
}  # fmt: skip
"""Object → what files and sheets of such records are called."""
