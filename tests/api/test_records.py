"""Records over REST: created, read, changed, deleted and restored, as section 4 of the design fixes it."""

from __future__ import annotations

from tests.world import World


def test_a_record_is_created_read_changed_deleted_and_restored(module_world: World) -> None:
    nora = module_world.nora
    made = nora("POST", "/records/account", {"name": "Norrvik Foods", "employees": 120})
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    account = made.json()
    path = f"/records/account/{account['id']}"
    assert nora.get(path) == account
    changed = nora("PATCH", path, {"employees": 130}, headers={"if-match": '"1"'})
    assert (changed.json()["employees"], changed.headers["etag"]) == (130, '"2"')
    assert nora("PATCH", path, {"employees": 140}, headers={"if-match": '"1"'}).status_code == 412
    assert nora("DELETE", path).status_code == 204
    assert nora("GET", path).status_code == 404
    assert [r["id"] for r in nora.query("account", trash=True, fields=["name"])] == [account["id"]]
    assert nora.post(f"{path}/restore")["employees"] == 130
    assert nora.get(path)["version"] == 4


def test_a_change_that_changes_nothing_makes_no_version_and_no_event(module_world: World) -> None:
    contact = module_world.nora.create("contact", name={"last": "Feld"}, emails="nora@halden.example")
    again = {"name": {"last": "Feld"}, "emails": [{"value": "nora@halden.example"}]}
    assert module_world.nora.patch(f"/records/contact/{contact['id']}", again)["version"] == 1
    assert module_world.rows("select count(*) from {schema}._journal where record = %s", [contact["id"]]) == [(1,)]


def test_all_faults_of_a_record_are_told_at_once(module_world: World) -> None:
    faults = module_world.nora.faults(
        "POST",
        "/records/contact",
        {
            "emails": ["fine@example.com", "not an address"],
            "birthday": "2026-02-30",
            "colour": 1,
            "version": 7,
            "account": "x",
        },
    )
    assert faults == {
        "/emails/1": "bad_email",
        "/birthday": "bad_date",
        "/colour": "unknown_field",
        "/version": "read_only",
        "/account": "bad_id",
        "/name": "required",
    }


def test_a_link_to_a_record_that_is_not_there_is_a_fault_of_that_field(module_world: World) -> None:
    missing = "01920000-0000-7000-8000-000000000000"
    faults = module_world.nora.faults("POST", "/records/contact", {"name": {"last": "Ray"}, "account": missing})
    assert faults == {"/account": "not_found"}


def test_a_batch_gives_one_result_each_and_an_atomic_one_all_or_nothing(module_world: World) -> None:
    nora = module_world.nora
    note = nora.create("note", title="first")
    changes = [
        {"create": {"title": "second"}},
        {"create": {}},
        {"update": note["id"], "values": {"title": "changed"}, "version": 1},
        {"delete": "01920000-0000-7000-8000-000000000000"},
    ]
    results = nora.post("/records/note/batch", {"changes": changes})["results"]
    assert [result["status"] for result in results] == [200, 422, 200, 404]
    faults = nora.faults("POST", "/records/note/batch", {"atomic": True, "changes": changes})
    assert set(faults) == {"/changes/1/title", "/changes/2", "/changes/3"}
    assert len(nora.query("note", filter={"field": "title", "op": "is", "value": "second"})) == 1


def test_a_request_repeated_with_its_key_is_answered_and_not_run_again(module_world: World) -> None:
    nora = module_world.nora
    key = {"idempotency-key": "once and for all"}
    first = nora("POST", "/records/note", {"title": "only one"}, headers=key)
    second = nora("POST", "/records/note", {"title": "only one"}, headers=key)
    assert (second.status_code, second.json(), second.headers["etag"]) == (201, first.json(), '"1"')
    assert second.headers["idempotent-replayed"] == "true"
    assert nora.faults("POST", "/records/note", {"title": "another"}, headers=key) == {"": "key_reused"}
    assert nora("POST", "/records/note", {}, headers={"idempotency-key": "refused"}).status_code == 422
    assert (
        nora("POST", "/records/note", {"title": "now right"}, headers={"idempotency-key": "refused"}).status_code == 201
    )
    assert len(nora.query("note", filter={"field": "title", "op": "is", "value": "only one"})) == 1


def test_history_tells_who_changed_what_from_what_to_what(module_world: World) -> None:
    lead = module_world.nora.create("lead", name={"last": "Solvik"}, rating="cold")
    path = f"/records/lead/{lead['id']}"
    module_world.mei.patch(path, {"rating": "warm", "company": "Solvik Energy"})
    module_world.nora.patch(path, {"rating": "hot"})
    changes = module_world.nora.get(f"{path}/history")["changes"]
    assert [(change["op"], change["by.name"], change["version"]) for change in changes] == [
        ("update", "Nora", 3),
        ("update", "Mei", 2),
        ("create", "Nora", 1),
    ]
    assert changes[0]["fields"] == {"rating": {"before": "warm", "after": "hot"}}
    assert changes[1]["fields"] == {
        "rating": {"before": "cold", "after": "warm"},
        "company": {"before": None, "after": "Solvik Energy"},
    }
    page = module_world.nora.get(f"{path}/history?limit=1")
    assert module_world.nora.get(f"{path}/history?limit=2&after={page['next']}")["changes"] == changes[1:]


def test_history_tells_the_browser_from_a_key_and_names_the_key(module_world: World) -> None:
    task = module_world.nora.create("task", subject="Through two doors")
    path = f"/records/task/{task['id']}"
    module_world.key.patch(path, {"priority": "high"})
    doors = [
        (change["through"], change["through.name"], change["by.name"])
        for change in module_world.nora.get(f"{path}/history")["changes"]
    ]
    assert doors == [("key", "a program", None), ("browser", None, "Nora")]


def test_a_field_that_takes_the_name_of_a_deleted_one_does_not_take_its_history(module_world: World) -> None:
    nora = module_world.nora
    nora.post("/objects/task/fields", {"name": "mood", "kind": "text", "label": "Mood"})
    task = nora.create("task", subject="Twice named")
    path = f"/records/task/{task['id']}"
    nora.patch(path, {"mood": "grim", "priority": "high"})
    nora.delete("/objects/task/fields/mood")
    nora.post("/objects/task/fields", {"name": "mood", "kind": "number", "label": "Mood"})
    nora.patch("/objects/task/fields/mood", {"label": "Mood, 1 to 5"})
    nora.patch(path, {"mood": 4})
    changes = nora.get(f"{path}/history")["changes"]
    assert changes[0]["fields"] == {"mood": {"before": None, "after": 4}}
    assert list(changes[1]["fields"]) == ["priority"]


def test_the_last_change_of_a_record_in_the_trash_is_its_deletion(module_world: World) -> None:
    nora, mei = module_world.nora, module_world.mei
    task = mei.create("task", subject="Thrown away")
    path = f"/records/task/{task['id']}"
    nora.delete(path)
    assert nora("PATCH", path, {"subject": "Too late"}).status_code == 404
    deletion = nora.get(f"{path}/history")["changes"][0]
    query = {
        "trash": True,
        "filter": {"field": "id", "op": "is", "value": task["id"]},
        "fields": ["updated_at", "updated_by.name"],
    }
    found = nora.post("/records/task/query", query)["records"][0]
    assert deletion["op"] == "delete"
    assert found["updated_by.name"] == "Nora"
    assert found["updated_at"][:19] == deletion["at"][:19]


def test_a_rule_of_an_app_holds_in_every_door(module_world: World) -> None:
    times = {"subject": "Review", "starts_at": "2026-11-23T10:00:00Z", "ends_at": "2026-11-23T10:30:00+01:00"}
    assert module_world.nora.faults("POST", "/records/meeting", times) == {"/ends_at": "before_start"}
    results = module_world.nora.post("/records/meeting/batch", {"changes": [{"create": times}]})["results"]
    assert results[0]["errors"][0]["code"] == "before_start"


def test_a_time_zone_that_nobody_knows_is_refused(module_world: World) -> None:
    nora = module_world.nora
    path = f"/records/user/{module_world.users['mei']}"
    assert nora.faults("PATCH", path, {"time_zone": "Mars/Olympus"}) == {"/time_zone": "unknown_option"}
    assert nora.patch(path, {"time_zone": "Asia/Tokyo"})["time_zone"] == "Asia/Tokyo"
    assert module_world.mei.get("/me")["time_zone"] == "Asia/Tokyo"
    nora.patch(path, {"time_zone": None})


def test_money_addresses_names_and_moments_come_back_in_their_canonical_form(module_world: World) -> None:
    sent = {
        "name": "Orsand Paper",
        "annual_revenue": {"amount": "1250000.5", "currency": "EUR"},
        "billing_address": {"city": "Tampere", "country": "fi"},
        "phones": "+358 40 1234567",
        "tags": ["reference", "reference", "key account"],
    }
    account = module_world.nora.create("account", **sent)
    assert account["annual_revenue"] == {"amount": "1250000.50", "currency": "EUR"}
    assert account["billing_address"] == {"city": "Tampere", "country": "FI"}
    assert account["phones"] == [{"value": "+358 40 1234567"}]
    assert account["tags"] == ["reference", "key account"]
    call = module_world.nora.create("call", subject="Hello", started_at="2026-11-22T11:00:00.250+01:00")
    assert call["started_at"] == "2026-11-22T10:00:00.25Z"


def test_every_link_of_an_activity_must_be_there(module_world: World) -> None:
    nora = module_world.nora
    account = nora.create("account", name="Duvane Optics")
    here = {"object": "account", "id": account["id"]}
    note = nora.create("note", title="Kept", about=[here])
    assert note["about"] == [here]
    gone = {"object": "contact", "id": account["id"]}
    assert nora.faults("POST", "/records/note", {"title": "Lost", "about": [here, gone]}) == {"/about/1": "not_found"}
    mine = module_world.mei.create("case", subject="Mine")
    assert nora.patch(f"/records/note/{note['id']}", {"about": [{"object": "case", "id": mine["id"]}]})["version"] == 2
