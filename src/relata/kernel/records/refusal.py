"""What PostgreSQL refused, as faults of fields: a value that is taken, a field that must be filled."""

from __future__ import annotations

import psycopg

from relata.errors import Conflict, Fault, Invalid, RelataError
from relata.kernel.context import Ctx
from relata.kernel.metadata.sync import required_name, unique_name


def refusal(ctx: Ctx, name: str, error: psycopg.Error) -> RelataError:
    """The fault behind a constraint that was violated."""
    if isinstance(error, psycopg.errors.ProgramLimitExceeded):
        names = ", ".join(field.label for field in ctx.catalog.objects[name].fields if field.unique or field.indexed)
        return Invalid([Fault("", "too_long", f"A value is too long for a field that records are found by: {names}.")])
    constraint = error.diag.constraint_name or ""
    for together in ctx.catalog.objects[name].unique:
        if constraint == unique_name(ctx.workspace.schema, name, "+".join(together)):
            labels = " and ".join(ctx.catalog.objects[name].by_name[part].label for part in together)
            message = f"Another record already has the same {labels}; change that record instead."
            return Invalid([Fault(f"/{together[-1]}", "not_unique", message)])
    for field in ctx.catalog.objects[name].fields:
        if constraint == unique_name(ctx.workspace.schema, name, field.name):
            message = f"Another record already has this {field.label}; take another value, or change that record."
            return Invalid([Fault(f"/{field.name}", "not_unique", message)])
        if constraint == required_name(field.name):
            return Invalid([Fault(f"/{field.name}", "required", f"{field.label} is required.")])
        if constraint == f"link_{field.name}":
            return Invalid([Fault(f"/{field.name}", "not_found", f"{field.label} points to a record that is gone.")])
    return Conflict("The change contradicts another record; read it again and repeat the change.")
