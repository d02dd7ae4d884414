"""An object (account, contact, a customer's own «machine»): its fields, views and layout as one
frozen value, whether declared by an app or made by an administrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from relata.kernel.metadata.field import Field, define
from relata.kernel.metadata.former import Former, Noticed, now_called
from relata.kernel.metadata.rule import Check
from relata.kernel.metadata.view import Layout, View

GROUPS = ("records", "activities", "setup")

SYSTEM = (
    define("id", "id", "ID", readonly=True),
    define("moment", "created_at", "Created", readonly=True, required=True, indexed=True),
    define("moment", "updated_at", "Changed", readonly=True, required=True, indexed=True),
    define("user", "created_by", "Created by", readonly=True, to=("user",)),
    define("user", "updated_by", "Changed by", readonly=True, to=("user",)),
    define("version", "version", "Version", readonly=True),
    define("text", "external_id", "External ID", unique=True,
           help="The key of this record in another system; imports match by it."),
)  # fmt: skip
OWNER = define("user", "owner", "Owner", to=("user",), indexed=True)
PRIVATE = define("boolean", "private", "Private", help="Only the owner sees it.")

EMPTY = Layout()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An access path worth an index: rows with these fields equal, in this order."""

    equal: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Object:
    """A kind of record. `own` are its fields without those that every record has.

    `title` names the field that a record is called by. `group` is its place in the navigation
    (None: not shown there). An `owned` object has an owner; a `guarded` one can be private to it. `checks` are
    what its records are judged by. No two live records have the same in all fields of one of `unique`, relations that
    are required. `recognised` are texts with a web address or domain by which its records are recognised, beside what kinds
    mark of themselves. `ends` are the two relations of a junction, whose records are the links of a many-to-many. `shape`
    counts how often values got another form: who writes by an older one is told. `key` is what the kernel's own tables call
    it (`keys`), if that is not its name; `former` are names from before.
    """

    name: str
    label: str
    plural: str
    own: tuple[Field, ...]
    title: str = "name"
    icon: str = "box"
    colour: str = "grey"
    shortcut: str | None = None
    group: str | None = "records"
    owned: bool = True
    guarded: bool = False
    custom: bool = False
    views: tuple[View, ...] = ()
    layout: Layout = EMPTY
    indexes: tuple[Index, ...] = ()
    checks: tuple[Check, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    recognised: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    shape: int = 0
    key: str | None = None
    former: tuple[Former, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every field: the object's own, then those that every record has."""
        extra = ((OWNER,) if self.owned else ()) + ((PRIVATE,) if self.guarded else ())
        return (SYSTEM[0], *self.own, *extra, *SYSTEM[1:])

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def links(self) -> tuple[Field, ...]:
        """The many-to-many fields, whose values are records of a junction."""
        return tuple(field for field in self.own if field.through is not None)

    @cached_property
    def attributes(self) -> tuple[Field, ...]:
        """Of a junction: what a link says besides its ends."""
        return tuple(field for field in self.own if field.name not in self.ends)

    @property
    def held(self) -> str:
        """What the kernel's own tables call it."""
        return self.key or self.name

    @cached_property
    def keys(self) -> dict[str, str]:
        """Name → key of the fields that these tables call otherwise."""
        return {field.name: field.held for field in self.own if field.held != field.name}

    @cached_property
    def names(self) -> dict[str, str]:
        """Key → name of every field."""
        return {field.held: field.name for field in self.fields}

    @cached_property
    def formerly(self) -> dict[str, tuple[Former, str]]:
        """Name from before → that, and what the field is called now; also those that have had their time."""
        return {former.name: (former, field.name) for field in self.own for former in field.former}

    def field(self, name: str) -> Field | None:
        return self.by_name.get(name)

    def present(self, name: str, noticed: Noticed | None = None) -> str:
        """What a field is called now that was called so before; any other name is itself."""
        return now_called(name, self.by_name, self.formerly, noticed)


SYSTEM_NAMES = frozenset(field.name for field in (*SYSTEM, OWNER, PRIVATE))
