"""Serving: cases."""

from __future__ import annotations

from relata.apps.service.objects import OBJECTS
from relata.kernel.app import App

APP = App(name="service", needs=("core",), objects=OBJECTS)
