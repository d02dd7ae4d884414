"""Backups: one file with everything of an installation, as data alone, and the way back from it."""
