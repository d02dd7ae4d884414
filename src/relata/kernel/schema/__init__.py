"""Changing what exists while people work: objects and fields made, changed and deleted."""
