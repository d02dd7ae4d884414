"""The form of all functions in schema `relata`: expressions that the planner can inline."""

from __future__ import annotations


def define(signature: str, returns: str, body: str) -> str:
    """The statement that creates (or replaces) an immutable function of one expression."""
    return (
        f"create or replace function relata.{signature} returns {returns} "
        f"language sql immutable parallel safe return {body}"
    )
