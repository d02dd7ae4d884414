"""Formulas that read other records by way of a relation."""

from __future__ import annotations

import pytest

from tests.world import World


@pytest.fixture
def deals(world: World) -> World:
    """Objects «firm» (with a parent) and «deal», whose formulas read the firm, its parent and its owner."""
    nora = world.nora
    firm = [
        {"name": "name", "kind": "text"},
        {"name": "size", "kind": "number"},
        {"name": "above", "kind": "relation", "to": "firm", "inverse": "below"},
    ]
    nora.post("/objects", {"name": "firm", "label": "Firm", "fields": firm})
    deal = [
        {"name": "name", "kind": "text"},
        {"name": "amount", "kind": "number"},
        {"name": "firm", "kind": "relation", "to": "firm", "inverse": "deals"},
    ]
    nora.post("/objects", {"name": "deal", "label": "Deal", "fields": deal})
    formula(world, "firm", "above_name", "above.name")
    formula(world, "firm", "double", "size * 2")
    formula(world, "deal", "firm_name", "firm.name")
    formula(world, "deal", "share", "amount / firm.double")
    formula(world, "deal", "top", 'coalesce(firm.above_name, "none")')
    formula(world, "deal", "firm_owner", "firm.created_by.name")
    return world


def formula(world: World, name: str, field: str, text: str) -> None:
    world.nora.post(f"/objects/{name}/fields", {"name": field, "kind": "formula", "formula": text})


def test_a_formula_reads_a_related_record_and_is_never_stale(deals: World) -> None:
    nora = deals.nora
    top = nora.create("firm", name="Acme Holding", size=5)
    firm = nora.create("firm", name="Acme", size=10, above=top["id"])
    deal = nora.create("deal", name="Probes", amount=100, firm=firm["id"])
    assert (deal["firm_name"], deal["share"], deal["top"], deal["firm_owner"]) == ("Acme", 5, "Acme Holding", "Nora")
    nora.patch(f"/records/firm/{firm['id']}", {"name": "Acme GmbH", "size": 25})
    nora.patch(f"/records/firm/{top['id']}", {"name": "Acme AG"})
    for seen in (nora.get(f"/records/deal/{deal['id']}"), *nora.query("deal")):
        assert (seen["firm_name"], seen["share"], seen["top"]) == ("Acme GmbH", 2, "Acme AG")
    changed = nora.patch(f"/records/deal/{deal['id']}", {"amount": 50})
    assert (changed["share"], changed["version"]) == (1, 2)
    unchanged = nora.patch(f"/records/deal/{deal['id']}", {"amount": 50})
    assert (unchanged["firm_name"], unchanged["version"]) == ("Acme GmbH", 2)


def test_it_filters_sorts_groups_and_its_total_follows_the_other_record(deals: World) -> None:
    nora = deals.nora
    firms = {name: nora.create("firm", name=name, size=size)["id"] for name, size in (("Beta", 10), ("Alpha", 20))}
    for name, id_ in firms.items():
        nora.create("deal", name=f"for {name}", amount=10, firm=id_)
    nora.create("deal", name="for nobody", amount=10)
    assert [d["name"] for d in nora.query("deal", sort="firm_name")] == ["for Alpha", "for Beta", "for nobody"]
    asked = {"filter": {"field": "firm_name", "op": "is", "value": "Beta"}, "count": True}
    assert nora.post("/records/deal/query", asked)["total"] == 1
    nora.patch(f"/records/firm/{firms['Alpha']}", {"name": "Beta"})
    assert nora.post("/records/deal/query", asked)["total"] == 2
    rows = nora.post(
        "/records/deal/aggregate",
        {"group": [{"field": "firm_name"}], "measures": [{"fn": "sum", "field": "share", "as": "s"}]},
    )["rows"]
    assert {row["firm_name"]: row["s"] for row in rows}["Beta"] == 0.75


def test_a_batch_that_changes_both_answers_with_what_it_left(deals: World) -> None:
    nora = deals.nora
    top = nora.create("firm", name="Old", size=1)["id"]
    below = nora.create("firm", name="Below", above=top)["id"]
    changes = [{"update": top, "values": {"name": "New"}}, {"update": below, "values": {"name": "Beneath"}}]
    results = nora.post("/records/firm/batch", {"atomic": True, "changes": changes})["results"]
    assert [result["record"]["above_name"] for result in results] == [None, "New"]


def test_who_does_not_see_the_other_record_sees_nothing_of_it(deals: World) -> None:
    nora, mei, felix = deals.nora, deals.mei, deals.felix
    note = mei.create("note", title="Secret offer", private=True)["id"]
    nora.post("/objects/deal/fields", {"name": "note", "kind": "relation", "to": "note", "inverse": "deals"})
    formula(deals, "deal", "note_title", "note.title")
    deal = mei.create("deal", name="x", note=note)
    assert deal["note_title"] == "Secret offer"
    assert felix.get(f"/records/deal/{deal['id']}")["note_title"] is None
    found = {"filter": {"field": "note_title", "op": "starts_with", "value": "secret"}, "count": True}
    assert felix.post("/records/deal/query", found)["total"] == 0
    assert mei.post("/records/deal/query", found)["total"] == 1


def test_circles_lists_and_monsters_are_refused_with_a_sentence(deals: World) -> None:
    nora = deals.nora
    path = "/objects/firm/fields"
    base = {"kind": "formula", "label": "F"}
    formula(deals, "deal", "back", "firm.size")
    assert nora.faults("PATCH", "/objects/firm/fields/double", {"formula": "above.double + 1"}) == {"/formula": "cycle"}
    assert nora.faults("POST", path, {**base, "name": "many", "formula": "deals.amount"}) == {
        "/formula": "unknown_field"
    }
    assert nora.faults("POST", path, {**base, "name": "far", "formula": "above.above.above.above.above.name"}) == {
        "/formula": "unknown_field"
    }
    for step in range(8):
        text = f"grown{step - 1} + grown{step - 1} + grown{step - 1}" if step else "size + 1"
        answer = nora("POST", path, {**base, "name": f"grown{step}", "formula": text})
        if answer.status_code != 201:
            break
    assert answer.json()["errors"][0]["code"] == "too_many"


def test_a_field_that_a_formula_of_another_object_reads_is_not_deleted(deals: World) -> None:
    refused = deals.nora("DELETE", "/objects/firm/fields/size")
    assert refused.status_code == 409
    assert "Deal: " not in refused.json()["detail"]  # the formula of the same object comes first and is named plainly
    assert "Double" in refused.json()["detail"]
    deals.nora.post("/objects/firm/fields", {"name": "colour", "kind": "text"})
    formula(deals, "deal", "firm_colour", "firm.colour")
    assert "Deal: Firm colour" in deals.nora("DELETE", "/objects/firm/fields/colour").json()["detail"]
