"""A rate tells something of its day: where that is hidden, there is no converted amount either."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from relata.assembly import APPS
from relata.errors import Invalid
from relata.kernel.access.access import Access
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Grant, Role
from relata.kernel.expression.clock import Clock
from relata.kernel.metadata.catalog import Catalog
from relata.kernel.metadata.field import Rollup, define
from relata.kernel.query.aggregate import Aggregate, read_aggregate

HIDDEN = Role(name="blind", label="Blind", grants=(Grant(object="opportunity", hidden=("close_date",)), Grant()))
CLOCK = Clock(dt.datetime(2026, 11, 1, tzinfo=dt.UTC), ZoneInfo("UTC"))
WORTH = define("rollup", "worth", rollup=Rollup(of="opportunities", fn="sum", field="amount"))
DOUBLE = define("formula", "double", formula="amount.converted * 2")


@pytest.fixture(scope="module")
def access() -> Access:
    objects = {object_.name: object_ for app in APPS for object_ in app.objects}
    for name, field in (("account", WORTH), ("opportunity", DOUBLE)):
        objects[name] = replace(objects[name], own=(*objects[name].own, field))
    return Access(Catalog.build(objects.values()), Actor(principal="mei", role=HIDDEN))


def sum_of(access: Access, **more: Any) -> Aggregate:
    return read_aggregate({"measures": [{"fn": "sum", "field": "amount"}], **more}, "opportunity", access, CLOCK)


def test_what_is_worked_out_from_a_hidden_day_is_hidden(access: Access) -> None:
    assert access.visible("opportunity", "amount")
    assert access.scope("opportunity").resolve(("amount", "converted")) is None
    assert not access.visible("opportunity", "double")
    assert not access.visible("account", "worth")


def test_a_sum_needs_a_day_that_may_be_known(access: Access) -> None:
    with pytest.raises(Invalid) as refused:
        sum_of(access)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/measures/0/field", "not_measurable")]
    assert sum_of(access, currency={"on": "today"}).currency.on == dt.date(2026, 11, 1)
