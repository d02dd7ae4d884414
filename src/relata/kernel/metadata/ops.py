"""What a change does, as journal and events write it and as people read it."""

from __future__ import annotations

OPS = {"c": "create", "u": "update", "d": "delete", "r": "restore", "m": "merge"}
