"""What is to be done with one table of an import, as a value: read from JSON with all of its faults, and told again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from relata.errors import Fault, Invalid
from relata.kernel.expression.moments import zones
from relata.kernel.importing.cleansing.choices import Choices
from relata.kernel.importing.cleansing.dates import ORDERS
from relata.kernel.metadata.kinds.address import country_names
from relata.kernel.metadata.kinds.checks import kind_of
from relata.kernel.metadata.kinds.checks import pointer as part_of
from relata.kernel.metadata.kinds.money import currencies

SKIP, FILL, OVERWRITE, CREATE = "skip", "fill", "overwrite", "create"
DUPLICATES = (SKIP, FILL, OVERWRITE, CREATE)
"""What happens with a row that finds a record: it is left alone, its empty fields are filled, the row wins, or another
record is made all the same.
"""
DECIMALS = (".", ",")
MOST_REPLACED, LONGEST = 2_000, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """Where a column goes. `new` is the definition of a field to be made for it; what is neither mapped nor `skip`ped goes
    nowhere because nobody has said where.
    """

    column: str
    to: tuple[str, ...] = ()
    new: Mapping[str, Any] | None = None
    skip: bool = False
    create_missing: bool = False
    replace: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """`match` names the fields by which rows find their records: the first that a row has and that finds one. Without
    an `object` the table is left out; not `new`, rows that find no record are refused.
    """

    object: str | None = None
    match: tuple[str, ...] = ()
    duplicates: str = OVERWRITE
    new: bool = True
    date_format: str | None = None
    decimal: str = "."
    country: str | None = None
    currency: str = "EUR"
    time_zone: str = "UTC"
    near: bool = False
    columns: tuple[ColumnPlan, ...] = ()

    def told(self) -> dict[str, Any]:
        """As JSON."""
        document = {one.name: getattr(self, one.name) for one in fields(self)}
        told = [{one.name: getattr(column, one.name) for one in fields(column)} for column in self.columns]
        return document | {"match": list(self.match), "columns": told}

    def choices(self) -> Choices:
        """What cells are read by."""
        replaced = {(one.column, old): new for one in self.columns for old, new in one.replace.items()}
        return Choices(
            replace=replaced,
            accept_near=self.near,
            date_format=self.date_format,
            decimal=self.decimal,
            country=self.country,
            currency=self.currency,
            time_zone=self.time_zone,
        )


def stored_plan(document: Mapping[str, Any]) -> TablePlan:
    """A plan as it was told."""
    columns = tuple(ColumnPlan(**column | {"to": tuple(column["to"])}) for column in document["columns"])
    return TablePlan(**{**document, "match": tuple(document["match"]), "columns": columns})


def read_plan(sent: Any, before: TablePlan, header: Sequence[str]) -> TablePlan:
    """The plan with what was sent of it, columns by their names; raises Invalid. Whether fields exist is asked elsewhere."""
    faults: list[Fault] = []
    if not isinstance(sent, dict):
        raise Invalid([Fault("", "wrong_type", f"Send an object with what is to be changed; {kind_of(sent)} came.")])
    known = {one.name for one in fields(TablePlan)}
    unknown(sent, known, "", faults)
    made: dict[str, Any] = {}
    for name, value in sent.items():
        if name in CHECKS and name in known:
            made |= {name: value} if CHECKS[name](value, f"/{name}", faults) else {}
    if isinstance(made.get("match"), list):
        made["match"] = tuple(dict.fromkeys(made["match"]))
    if "columns" in sent:
        made["columns"] = read_columns(sent["columns"], before.columns, header, faults)
    if faults:
        raise Invalid(faults)
    return replace(before, **made)


def read_columns(
    sent: Any, before: tuple[ColumnPlan, ...], header: Sequence[str], faults: list[Fault]
) -> tuple[ColumnPlan, ...]:
    if not isinstance(sent, list):
        faults.append(Fault("/columns", "wrong_type", f"Send a list of columns; {kind_of(sent)} came."))
        return before
    made = {one.column: one for one in before}
    for index, document in enumerate(sent[: len(header) + 1]):
        where = f"/columns/{index}"
        if not isinstance(document, dict):
            faults.append(Fault(where, "wrong_type", f"Send an object with «column»; {kind_of(document)} came."))
            continue
        name = document.get("column")
        if not isinstance(name, str) or name not in made:
            told = f"The table has no column «{str(name)[:80]}»; it has {', '.join(header[:20])}."
            faults.append(Fault(f"{where}/column", "unknown_column", told))
            continue
        unknown(document, {one.name for one in fields(ColumnPlan)}, where, faults)
        good = {
            key: value
            for key, value in document.items()
            if key in COLUMN_CHECKS and COLUMN_CHECKS[key](value, f"{where}/{key}", faults)
        }
        if "to" in good:
            good["to"] = tuple(dict.fromkeys(good["to"]))
        made[name] = replace(made[name], **good)
    return tuple(made.values())


def unknown(sent: Mapping[str, Any], known: set[str], where: str, faults: list[Fault]) -> None:
    told = f"Use {', '.join(sorted(known))}."
    faults += [Fault(f"{where}/{part_of(key)}", "unknown_parameter", told) for key in sent if key not in known]


def is_flag(value: Any, where: str, faults: list[Fault]) -> bool:
    if not isinstance(value, bool):
        faults.append(Fault(where, "wrong_type", f"Send true or false; {kind_of(value)} came."))
    return isinstance(value, bool)


def is_text(value: Any, where: str, faults: list[Fault]) -> bool:
    good = isinstance(value, str) and 0 < len(value) <= LONGEST
    if not good:
        faults.append(Fault(where, "wrong_type", f"Send text of at most {LONGEST} characters; {kind_of(value)} came."))
    return good


def is_texts(value: Any, where: str, faults: list[Fault]) -> bool:
    if not isinstance(value, list) or len(value) > 20:
        faults.append(Fault(where, "wrong_type", f"Send a list of at most 20 names; {kind_of(value)} came."))
        return False
    good = [is_text(one, f"{where}/{index}", faults) for index, one in enumerate(value)]
    return all(good)


def is_replacing(value: Any, where: str, faults: list[Fault]) -> bool:
    good = isinstance(value, dict) and len(value) <= MOST_REPLACED and all(isinstance(v, str) for v in value.values())
    if not good:
        told = f"Send an object of at most {MOST_REPLACED:,} texts, each with the text that it is read as."
        faults.append(Fault(where, "wrong_type", told))
    return good


def is_definition(value: Any, where: str, faults: list[Fault]) -> bool:
    if value is None or (isinstance(value, dict) and is_text(value.get("kind"), f"{where}/kind", faults)):
        return True
    if not isinstance(value, dict):
        faults.append(Fault(where, "wrong_type", f"Send the field that is to be made, or null; {kind_of(value)} came."))
    return False


def one_of(known: Any, mend: str, *, empty: bool = False) -> Any:
    def check(value: Any, where: str, faults: list[Fault]) -> bool:
        good = (value is None and empty) or (isinstance(value, str) and value in known())
        if not good:
            faults.append(Fault(where, "unknown_option", f"«{str(value)[:80]}» is not known here; {mend}"))
        return good

    return check


CHECKS: dict[str, Any] = {
    "object": lambda value, where, faults: value is None or is_text(value, where, faults),
    "match": is_texts,
    "duplicates": one_of(lambda: DUPLICATES, f"take {', '.join(DUPLICATES)}."),
    "new": is_flag,
    "date_format": one_of(lambda: ORDERS, f"take one of {', '.join(ORDERS)}, or null.", empty=True),
    "decimal": one_of(lambda: DECIMALS, "take «.» or «,»."),
    "country": one_of(country_names, "take a code of ISO 3166, such as DE, or null.", empty=True),
    "currency": one_of(currencies, "take a code of ISO 4217, such as EUR."),
    "time_zone": one_of(zones, "name one as Europe/Berlin or America/New_York."),
    "near": is_flag,
}
COLUMN_CHECKS: dict[str, Any] = {
    "to": is_texts,
    "new": is_definition,
    "skip": is_flag,
    "create_missing": is_flag,
    "replace": is_replacing,
}
