"""A workspace as one process holds it: its catalog, and what is derived from the catalog and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from relata.kernel.access.access import Access
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Role
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.query.totals import Answers, Statements
from relata.kernel.records.rule import Rule

TOLD = 1_000
"""Objects, each for one role, of which it is kept what clients are told."""


@dataclass(slots=True, weakref_slot=True)
class Workspace:
    """`rules` are those of all apps by object; `woken` is called after each commit that left events, `people_changed` when somebody's
    rights may have changed. `used` is when it was last asked for; what is in hand ends soon where it is `suspended`.
    """

    id: str
    name: str
    label: str
    schema: str
    currency: str
    locale: str
    time_zone: str
    catalog: Catalog
    roles: Mapping[str, Role]
    rules: Mapping[str, tuple[Rule, ...]]
    woken: Callable[[], None] = lambda: None
    people_changed: Callable[[], None] = lambda: None
    used: float = 0.0
    suspended: bool = False
    statements: Statements = field(default_factory=Statements)
    questions: Statements = field(default_factory=Statements)
    answers: Answers = field(default_factory=Answers)
    told: Statements = field(default_factory=lambda: Statements(TOLD))
    """What clients are told of each object: it outlives the catalog, being held against what it was made from."""
    _access: dict[tuple[str, str | None, str], Access] = field(default_factory=dict)

    def swap(self, catalog: Catalog) -> None:
        """Take over a new catalog; everything derived from the old one is dropped."""
        self.catalog = catalog
        self.statements = Statements()
        self.questions = Statements()
        self.answers = Answers()
        self._access = {}

    def access(self, actor: Actor) -> Access:
        key = (actor.role.name, actor.user, actor.principal + actor.through + actor.time_zone)
        if key not in self._access:
            if len(self._access) > 2_000:
                self._access.clear()
            self._access[key] = Access(self.catalog, actor)
        return self._access[key]

    def role(self, name: str) -> Role:
        return self.roles[name]
