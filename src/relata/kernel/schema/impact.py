"""What depends on a field: told before a change, and the reason why one is refused."""

from __future__ import annotations

from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.kinds import KINDS


def formulas_over(catalog: Catalog, name: str, field: str) -> list[str]:
    """The labels of the formulas and roll-ups, of any object, that read the field, also by way of other records."""
    return [
        reader.label if object_.name == name else f"{object_.label}: {reader.label}"
        for object_ in catalog.objects.values()
        for reader in object_.own
        if KINDS[reader.kind].derived and (name, field) in catalog.reads(object_.name, reader.name)
    ]


def rules_over(catalog: Catalog, name: str, field: str) -> list[str]:
    """The rules, conditions and defaults, of any object, that read the field; those of the field itself go with it."""
    found = []
    for object_ in catalog.objects.values():
        conditions = catalog.conditions(object_.name)
        for check, condition in conditions.checks:
            if (name, field) in condition.steps or (object_.name, check.field) == (name, field):
                found.append(f"the rule «{check.label}» of {object_.plural}")
        for reader in object_.own:
            if (object_.name, reader.name) == (name, field):
                continue
            if any((name, field) in one.steps for one in conditions.of_field(reader.name).values()):
                found.append(f"a condition of {object_.label}: {reader.label}")
    return found
