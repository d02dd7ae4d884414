"""Drift: where catalog, database and files have come apart, why that matters, and what to do about it."""
