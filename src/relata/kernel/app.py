"""An app: one business area as one frozen value. Apps know the kernel; nobody knows an app."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relata.kernel.access.role import Role
from relata.kernel.jobs.job import Job
from relata.kernel.metadata.object import Object
from relata.kernel.records.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """`needs` names the apps whose objects this one's relations point to."""

    name: str
    needs: tuple[str, ...] = ()
    objects: tuple[Object, ...] = ()
    rules: tuple[Rule, ...] = ()
    roles: tuple[Role, ...] = ()
    jobs: tuple[Job, ...] = ()


def rules_by_object(apps: Iterable[App]) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for app in apps:
        for rule in app.rules:
            found[rule.object] = (*found.get(rule.object, ()), rule)
    return found
