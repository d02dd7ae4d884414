"""The parsing of `write`, prepared once for many rows of one object: which fields may be written, how each is
parsed and stored. A test holds the two to the same verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relata.errors import Denied, Fault, RelataError
from relata.kernel.context import Ctx
from relata.kernel.metadata.columns import column_name
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.kinds.base import BadValue, Parsing
from relata.kernel.metadata.object import Object
from relata.kernel.query.load import Current
from relata.kernel.records.draft import Draft
from relata.kernel.records.validate import EMPTY, Values, origins_of, parse_values, with_defaults


class Forms:
    """For one object and one actor."""

    def __init__(self, ctx: Ctx, name: str) -> None:
        self.ctx = ctx
        self.object: Object = ctx.catalog.objects[name]
        self.parsing = Parsing(ctx.workspace.currency)
        self.defaults = with_defaults(self.object, {}, ctx.access.actor.user, self.parsing)
        self.origins = origins_of(self.defaults, ())
        self._parsers: dict[str, Any] = {}
        self._columns: dict[str, Any] = {}
        for field in self.object.fields:
            kind = KINDS[field.kind]
            if ctx.access.writable(name, field.name) and field.through is None:
                self._parsers[field.name] = (field, kind.parse)
            single = len(kind.columns) == 1 and kind.columns[0].suffix == ""
            names = {column.suffix: column_name(field, column.suffix) for column in kind.columns}
            self._columns[field.name] = (field, kind.store, names, single)

    def parse(self, sent: dict[str, Any], faults: list[Fault]) -> Values:
        """As `parse_values`."""
        values: Values = {}
        before = len(faults)
        for name, value in sent.items():
            known = self._parsers.get(name)
            if known is None:
                del faults[before:]
                return parse_values(self.object, self.ctx.access, sent, self.parsing, faults)
            if value is None:
                values[name] = None
                continue
            field, parse = known
            try:
                values[name] = parse(field, value, self.parsing)
            except BadValue as error:
                faults += [fault.below(f"/{name}") for fault in error.faults]
        return values

    def key(self, sent: dict[str, Any], names: Iterable[str], faults: list[Fault]) -> dict[str, Any]:
        """The values by which a record is found, as they are stored; empty ones are left out. The fields need not be
        writable, only seen.
        """
        stored: dict[str, Any] = {}
        for name in names:
            field = self.object.by_name[name]
            kind = KINDS[field.kind]
            try:
                value = None if sent.get(name) is None else kind.parse(field, sent[name], self.parsing)
                if value in EMPTY:
                    continue
                stored[name] = kind.store(field, value)[""]
                if kind.columns[0].type == "bigint" and not isinstance(stored[name], int):
                    raise BadValue("Send a whole number.")
            except BadValue as error:
                faults += [fault.below(f"/{name}") for fault in error.faults]
        return stored

    def create(self, sent: dict[str, Any]) -> Draft:
        """A new record, to be completed."""
        faults: list[Fault] = []
        values = self.parse(sent, faults)
        origins = {name: told for name, told in self.origins.items() if name not in values}
        return Draft(None, frozenset(values), self.defaults | values, faults, origins=origins)

    def update(self, sent: dict[str, Any], current: Current) -> Draft:
        """Other values of a record, to be completed."""
        faults: list[Fault] = []
        values = self.parse(sent, faults)
        return Draft(current.values, frozenset(values), {**current.values, **values}, faults, id=current.id)

    def row(self, values: Values) -> dict[str, Any]:
        """As `row_of`, without what is empty: a column that a row leaves out is NULL."""
        row: dict[str, Any] = {}
        for name, value in values.items():
            if value is None:
                continue
            field, store, names, single = self._columns[name]
            if single:
                row[name] = store(field, value)[""]
            else:
                for suffix, part in store(field, value).items():
                    row[names[suffix]] = part
        return row


def faults_of(error: RelataError) -> tuple[Fault, ...]:
    """The faults of a refusal, or the refusal itself as one."""
    return error.faults or (Fault("", "denied" if isinstance(error, Denied) else error.code, error.message),)
