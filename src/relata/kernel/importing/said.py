"""What whoever imports said in words of the command line, put into the plan of a table; raises every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import process

from relata.errors import Fault, Invalid
from relata.kernel.access.access import Access
from relata.kernel.importing.kept import KeptTable
from relata.kernel.importing.mapping import RELATIONS, candidates, words
from relata.kernel.importing.plan import CREATE, ColumnPlan, TablePlan
from relata.kernel.importing.targets import target_of
from relata.kernel.metadata.object import Object
from relata.kernel.records.naming import EXTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`maps` lead from a column to a field, to «+name» or «+name:kind» for a new one, or to nothing; `replaces` from column and
    text to another text; `create` names columns or fields whose missing records are made; `rest` are members of the plan.
    """

    maps: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    replaces: Mapping[tuple[str, str], str] = field(default_factory=dict)
    create: Sequence[str] = ()
    create_fields: bool = False
    rest: Mapping[str, Any] = field(default_factory=dict)


def planned(access: Access, table: KeptTable, said: Said) -> TablePlan:
    """The plan of a table with what was said of it; what is said of other columns is left to other tables."""
    object_ = access.object(table.plan.object or "", "create")
    faults: list[Fault] = []
    columns = []
    used = {words(said.maps[column]) for column in table.header if said.maps.get(column)}
    for one in table.plan.columns:
        if one.column in said.maps:
            columns.append(mapped(access, object_, one, said.maps[one.column], faults))
        else:  # a guess gives way to what was said
            columns.append(replace(one, to=tuple(to for to in one.to if words(to) not in used)))
    columns = [with_more(one, said, access, object_) for one in columns]
    seen = {str(one["column"]): one for one in table.columns}
    columns = [with_kind(one, seen[one.column]) for one in columns]
    plan = replace(table.plan, columns=tuple(columns), **said.rest)
    if said.key is not None:
        plan = keyed(object_, plan, said.key, faults)
    if faults:
        raise Invalid(faults, faults[0].message)
    return named(object_, plan) if plan.duplicates != CREATE else plan


def mapped(access: Access, object_: Object, one: ColumnPlan, wanted: str, faults: list[Fault]) -> ColumnPlan:
    if not wanted:
        return replace(one, to=(), skip=True)
    if wanted.startswith("+"):
        name, _, kind = wanted[1:].partition(":")
        return replace(one, to=(), new={"name": name or one.column, "kind": kind} if name or kind else {"kind": kind})
    names = [wanted, *candidates(object_, words(wanted))]
    found = next((name for name in names if target_of(access, object_, name)), None)
    if found is None:
        close = process.extractOne(wanted, [field.name for field in object_.fields], score_cutoff=60)
        mend = f"; did you mean {close[0]}?" if close and close[0] != wanted else "."
        told = f"{object_.label} has no field «{wanted}» that an import writes{mend}"
        faults.append(Fault("/map", "unknown_field", told))
        return one
    return replace(one, to=(found,), new=None)


def with_more(one: ColumnPlan, said: Said, access: Access, object_: Object) -> ColumnPlan:
    targets = [target for to in one.to if (target := target_of(access, object_, to))]
    linked = {target.field.name for target in targets if target.field.kind in RELATIONS}
    replaced = {old: new for (column, old), new in said.replaces.items() if column == one.column}
    create = bool(linked) and not {one.column, *linked}.isdisjoint(said.create)
    new = {"kind": ""} if said.create_fields and not one.to and not one.new and not one.skip else one.new
    return replace(one, replace={**one.replace, **replaced}, create_missing=create or one.create_missing, new=new)


def with_kind(one: ColumnPlan, seen: Mapping[str, Any]) -> ColumnPlan:
    """A new field of the kind that its values have, where none was named; a choice with all of them."""
    if one.new is None:
        return one
    kind = one.new.get("kind") or seen["kind"]
    options = {"options": list(seen["options"])} if kind == "choice" and seen["options"] else {}
    return replace(one, new={**options, **one.new, "kind": kind})


def keyed(object_: Object, plan: TablePlan, key: str, faults: list[Fault]) -> TablePlan:
    """The key is a field; a column that goes nowhere becomes the external id."""
    column = next((one for one in plan.columns if one.column == key), None)
    if column is not None and not column.to and column.new is None:
        columns = tuple(replace(one, to=(EXTERNAL,)) if one is column else one for one in plan.columns)
        return replace(plan, columns=columns, match=(EXTERNAL,))
    if column is not None and column.to:
        return replace(plan, match=(column.to[0].partition(".")[0],))
    if any(to.partition(".")[0] == key for one in plan.columns for to in one.to):
        return replace(plan, match=(key,))
    told = f"No column of «{object_.plural}» goes into «{key}», so rows cannot be matched by it."
    faults.append(Fault("/key", "unknown_column", told))
    return plan


def named(object_: Object, plan: TablePlan) -> TablePlan:
    """A record needs a title: where no column gives one, the one by which rows are matched does."""
    title = object_.by_name[object_.title]
    into = {to.partition(".")[0] for one in plan.columns for to in one.to}
    if not title.required or title.kind != "text" or title.name in into:
        return plan
    columns = list(plan.columns)
    for index, one in enumerate(columns):
        if any(to in plan.match for to in one.to):
            columns[index] = replace(one, to=(*one.to, title.name))
            break
    return replace(plan, columns=tuple(columns))
