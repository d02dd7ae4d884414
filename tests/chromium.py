"""Finds the Chromium that the browser tests drive."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """RELATA_CHROMIUM, else the first of the usual names on the path."""
    chosen = os.environ.get("RELATA_CHROMIUM")
    if chosen:
        return chosen
    return next((found for name in NAMES if (found := shutil.which(name))), None)
