"""What depends on a field: told before a change, and the reason why one is refused."""

from __future__ import annotations

from relata.kernel.expression.tree import references
from relata.kernel.metadata.catalog import Catalog


def formulas_over(catalog: Catalog, name: str, field: str) -> list[str]:
    """The labels of the formulas, of any object, that read the field, also by way of other records."""
    return [
        reader.label if object_.name == name else f"{object_.label}: {reader.label}"
        for object_ in catalog.objects.values()
        for reader in object_.own
        if reader.kind == "formula" and reads(catalog, object_.name, reader.name, (name, field))
    ]


def reads(catalog: Catalog, name: str, formula: str, wanted: tuple[str, str]) -> bool:
    return any(wanted in catalog.steps(name, path) for path in references(catalog.formula(name, formula)))
