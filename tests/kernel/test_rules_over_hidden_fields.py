"""A rule over a field that its reader does not see still holds, but tells nothing of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from relata.api.catalog import shown_field, shown_rules
from relata.assembly import APPS
from relata.errors import Invalid
from relata.kernel.access.access import Access
from relata.kernel.access.actor import Actor
from relata.kernel.access.role import Grant, Role
from relata.kernel.context import Ctx
from relata.kernel.installation import Installation
from relata.kernel.records.change import Create
from relata.kernel.records.write import write
from tests.world import WORKSPACE, World

BLIND = Role(name="blind", label="Blind", grants=(Grant(object="account", hidden=("employees", "website")), Grant()))


def test_a_rule_over_a_hidden_field_holds_and_is_not_shown(world: World) -> None:
    sent = {"label": "Known", "message": "No.", "refuse_if": "is_empty(employees) && name == 'X'", "field": "employees"}
    world.nora.post("/objects/account/rules", sent)
    world.nora.patch("/objects/account/fields/type", {"visible_if": "employees > 5"})
    world.nora.patch("/objects/account/fields/website", {"required_if": "name == 'Y'"})

    async def tried(name: str) -> list[tuple[str, str]]:
        async with Installation.open(world.conninfo, APPS, most=2) as installation:
            workspace = await installation.find(WORKSPACE)
            access = Access(workspace.catalog, Actor(principal=world.users["mei"], role=BLIND))
            account = workspace.catalog.objects["account"]
            assert shown_rules(access, account) == []
            assert shown_field(access, account, account.by_name["type"])["visible_if"] is None
            async with installation.connection() as connection:
                with pytest.raises(Invalid) as refused:
                    await write(Ctx(workspace, access, connection), "account", Create({"name": name}))
        assert not any("Website" in fault.message or "Employees" in fault.message for fault in refused.value.faults)
        return [(fault.pointer, fault.code) for fault in refused.value.faults]

    found: Any = [asyncio.run(tried(name)) for name in ("X", "Y")]
    assert found == [[("", "rule")], [("", "required")]]
