"""The vocabulary of the demo workspace; every name is invented."""

from __future__ import annotations

FIRST = (
    "Amara", "Anton", "Beatriz", "Bruno", "Chiara", "Clara", "Dario", "Elif", "Emil", "Esther", "Felix", "Freya",
    "Gustav", "Hana", "Hugo", "Ines", "Ivo", "Jonas", "Judith", "Kaia", "Karim", "Lea", "Leon", "Lucía", "Mads",
    "Maja", "Matteo", "Mei", "Milan", "Nadia", "Nils", "Noor", "Olga", "Oskar", "Paula", "Pavel", "Quentin", "Rafael",
    "Renée", "Rosa", "Sami", "Silje", "Sofia", "Tomás", "Uma", "Viktor", "Wanda", "Yara", "Zoë", "Łukasz",
)
LAST = (
    "Aalto", "Bergström", "Brandt", "Castro", "Conti", "Dahl", "Diallo", "Dubois", "Eriksen", "Feld", "Ferrari",
    "Fischer", "García", "Grünwald", "Haugen", "Horvat", "Ivanova", "Jansen", "Kaya", "Keller", "Kowalski", "Larsen",
    "Lefèvre", "Lindgren", "Marković", "Meyer", "Moreau", "Müller", "Nagy", "Nielsen", "Novák", "Okafor", "Olsen",
    "Pereira", "Petrov", "Quinn", "Rossi", "Sato", "Schäfer", "Silva", "Sørensen", "Tanaka", "Thorsen", "Ullman",
    "Vega", "Virtanen", "Wagner", "Weiß", "Yılmaz", "Żak",
)
FIRMS = (
    ("Norrvik", "Foods", "food_and_drink"), ("Graufeld", "Maschinenbau", "manufacturing"), ("Tarn Valley", "Water", "energy"),
    ("Mirefield", "Hospitals", "health_care"), ("Aldermoor", "Packaging", "manufacturing"), ("Pellworth", "Brewing", "food_and_drink"),
    ("Calloway", "Freight", "logistics"), ("Hollin", "Textiles", "manufacturing"), ("Vantor", "Rail", "logistics"),
    ("Solvik", "Energy", "energy"), ("Brightmere", "Utilities", "energy"), ("Duvane", "Optics", "technology"),
    ("Orsand", "Paper", "manufacturing"), ("Kestrel & Vane", "Instruments", "technology"), ("Lindau", "Marine", "logistics"),
    ("Fennimore", "Labs", "health_care"), ("Castellan", "Insurance", "finance"), ("Ostara", "Farms", "agriculture"),
    ("Quillon", "Software", "technology"), ("Bramblegate", "Schools", "education"), ("Ferrum", "Foundries", "manufacturing"),
    ("Halcyon", "Hotels", "hospitality"), ("Isarwerk", "Bau", "construction"), ("Juniper Row", "Media", "media"),
    ("Koprivna", "Telecom", "telecommunications"), ("Lumen & Sons", "Retail", "retail"), ("Monteval", "Winery", "food_and_drink"),
    ("Nordlicht", "Solar", "energy"), ("Opalgrund", "Immobilien", "real_estate"), ("Portobel", "Shipping", "logistics"),
)
FORMS = ("Group", "GmbH", "AB", "Ltd", "SA", "Holding", "Works")
PLACES = (
    ("Gothenburg", "SE"), ("Kassel", "DE"), ("Leeds", "GB"), ("Bristol", "GB"), ("Utrecht", "NL"), ("Husum", "DE"),
    ("Antwerp", "BE"), ("Porto", "PT"), ("Malmö", "SE"), ("Bergen", "NO"), ("Norwich", "GB"), ("Jena", "DE"),
    ("Tampere", "FI"), ("Rotterdam", "NL"), ("Kiel", "DE"), ("Lyon", "FR"), ("Torino", "IT"), ("Kraków", "PL"), ("Graz", "AT"), ("Boston", "US"),
)
TITLES = (
    "Chief engineer", "Finance controller", "Plant manager", "Head of purchasing", "Maintenance lead", "Managing director",
    "Quality manager", "Project manager", "Buyer", "Operations director", "IT lead", "Energy manager",
)
PROJECTS = (
    "Turbine hall monitoring", "Cold chain sensors", "Line 4 retrofit", "Service contract", "Vibration probes", "Leak detection",
    "Warehouse roll-out", "Pilot installation", "Calibration package", "Fleet tracking", "Boiler room upgrade", "Energy metering",
)
TROUBLES = (
    "Probe shows no reading", "Gateway offline after update", "Invoice lists the wrong site", "Alarm comes twice", "Cannot export last month",
    "Calibration certificate missing", "Battery drains within a week", "Login for new colleague", "Readings drift at night", "Spare part for X4",
)
PRODUCTS = (
    ("Vibration probe X4", "VP-X4", "Probes", "1800"), ("Temperature probe T2", "TP-T2", "Probes", "640"), ("Edge gateway G2", "EG-G2", "Gateways", "5600"),
    ("Edge gateway G1", "EG-G1", "Gateways", "3900"), ("Gold service, 36 months", "SV-G36", "Service", "54000"), ("Silver service, 12 months", "SV-S12", "Service", "14500"),
    ("Commissioning day", "CD-1", "Service", "1450"), ("Calibration set", "CS-1", "Accessories", "890"),
)
TASKS = ("Send price sheet", "Call about lead time", "Prepare site walk", "Check references", "Update the offer", "Ask for the panel survey", "Book the demo room", "Follow up on the invoice")
CALLS = ("Introduction", "Lead time and delivery", "Questions on the offer", "Check-in after the pilot", "Budget for next year")
MEETINGS = ("Site walk", "Contract review", "Kick-off", "Quarterly review", "Product demonstration")
NOTES = ("They compare us with one rival, price is close.", "Wants eight more probes on the north side.", "Decision moves to the group board in spring.", "Very happy with the last installation.")
