"""Marketing: campaigns and who takes part in them."""

from __future__ import annotations

from relata.apps.marketing.objects import OBJECTS
from relata.apps.marketing.rules import RULES
from relata.kernel.app import App

APP = App(name="marketing", needs=("core", "sales"), objects=OBJECTS, rules=RULES)
