"""Selling: leads, opportunities with their pipelines, contact roles, products."""

from __future__ import annotations

from relata.apps.sales.objects import OBJECTS
from relata.kernel.app import App

APP = App(name="sales", needs=("core", "marketing"), objects=OBJECTS)
