"""What every workspace has: people and teams, accounts and contacts, and what happens with them."""

from __future__ import annotations

from relata.apps.core.activities import ACTIVITIES
from relata.apps.core.customers import CUSTOMERS
from relata.apps.core.people import PEOPLE
from relata.apps.core.roles import ROLES
from relata.apps.core.rules import RULES
from relata.kernel.app import App
from relata.kernel.importing.run import RUNS
from relata.kernel.schema.finishing import FINISHING

APP = App(
    name="core",
    needs=("sales", "service", "marketing"),
    objects=(*CUSTOMERS, *ACTIVITIES, *PEOPLE),
    rules=RULES,
    roles=ROLES,
    jobs=(FINISHING, *RUNS),
)
