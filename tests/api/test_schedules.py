"""Schedules over REST: whose they are, what is wrong with one, and when it will fire."""

from __future__ import annotations

from typing import Any

from tests.world import World

DOES = {
    "job": "bulk",
    "object": "account",
    "mode": "update",
    "values": {"industry": "energy"},
    "filter": {"field": "name", "op": "is", "value": "x"},
}
PLAN: dict[str, Any] = {
    "label": "Every night",
    "rule": "FREQ=DAILY;BYHOUR=2;BYMINUTE=30",
    "starts": "2090-01-01T00:00",
    "time_zone": "Europe/Berlin",
    "does": DOES,
}


def test_its_next_times_are_told_without_keeping_it(module_world: World) -> None:
    answer = module_world.mei("POST", "/schedules?check=true", PLAN | {"starts": "2090-03-25T00:00"})
    assert answer.status_code == 200
    assert answer.json()["next"][:2] == [
        {"at": "2090-03-25T01:30:00Z", "local": "2090-03-25T02:30:00+01:00"},
        {"at": "2090-03-26T01:00:00Z", "local": "2090-03-26T03:00:00+02:00"},
    ]
    assert module_world.mei.get("/schedules") == {"schedules": []}


def test_all_faults_are_told_at_once(module_world: World) -> None:
    wrong = {
        "label": " ", "rule": "FREQ=MINUTELY;COUNT=2", "starts": "2026-01-01T08:00Z", "time_zone": "Mars/Base", "active": 1, "x": 2,
        "does": DOES | {"mode": "create", "filter": {"field": "nam", "op": "is", "value": 1}},
    }  # fmt: skip
    assert module_world.mei.faults("POST", "/schedules", wrong).keys() == {
        "/label", "/rule", "/starts", "/time_zone", "/active", "/x", "/does/mode", "/does/filter/field"
    }  # fmt: skip
    never = PLAN | {"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}
    assert module_world.mei.faults("POST", "/schedules", never) == {"/rule": "never"}
    assert module_world.mei.faults("POST", "/schedules", PLAN | {"does": DOES | {"object": "yacht"}}) == {
        "/does/object": "unknown_option"
    }
    assert module_world.mei.faults("POST", "/schedules", PLAN | {"does": {"job": "undo"}}) == {
        "/does/job": "unknown_option"
    }


def test_it_is_its_owners_and_the_administrators(module_world: World) -> None:
    nora, mei, felix = module_world.nora, module_world.mei, module_world.felix
    made = mei.post("/schedules", PLAN)
    path = f"/schedules/{made['id']}"
    assert (made["owner"], made["owner.name"], made["active"]) == (mei.user, "Mei", True)
    assert felix.get("/schedules") == {"schedules": []}
    for method in ("GET", "PATCH", "DELETE"):
        assert felix(method, path, {"active": False} if method == "PATCH" else None).status_code == 404
    assert nora("PATCH", path, {"label": "Mine"}).status_code == 403
    assert nora.patch(path, {"active": False})["next"] == []
    assert nora.get("/schedules")["schedules"][0]["id"] == made["id"]
    tried = mei.patch(f"{path}?check=true", {"rule": "FREQ=WEEKLY", "active": True})
    assert len(tried["next"]) == 5
    assert mei.get(path)["rule"] == PLAN["rule"]
    nora.delete(path)
    assert mei("GET", path).status_code == 404


def test_a_workspace_has_at_most_a_hundred(module_world: World) -> None:
    text = (
        "insert into {schema}._schedule (id, label, rule, starts, time_zone, does, active, principal) "
        "select gen_random_uuid(), 'x', 'FREQ=DAILY', %s, 'UTC', '{{\"job\": \"gone\"}}', false, %s from generate_series(1, 100) returning 1"
    )
    module_world.rows(text, ["2026-01-01", module_world.users["felix"]])
    assert len(module_world.felix.get("/schedules")["schedules"]) == 100
    assert module_world.mei("POST", "/schedules", PLAN).status_code == 409
    module_world.rows("delete from {schema}._schedule returning 1")
