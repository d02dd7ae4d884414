"""Signing in and out: sessions, wrong passwords, people who leave, keys that are revoked."""

from __future__ import annotations

import pytest

from tests.world import PASSWORD, Caller, World

EMAIL = "mei@halden.example"


def login(world: World, email: str, password: str, **options: str) -> tuple[int, str]:
    answer = world.visitor("POST", "/auth/login", {"email": email, "password": password, **options})
    world.client.cookies.clear()
    return answer.status_code, answer.headers.get("set-cookie", "")


def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(module_world: World) -> None:
    status, cookie = login(module_world, "  MEI@halden.example ", PASSWORD)
    assert status == 200
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts >= {"httponly", "samesite=lax", "path=/"}
    who = Caller(module_world.client, {"cookie": cookie.split(";")[0]}).get("/me")
    assert (who["user"]["name"], who["role"], who["administers"]) == ("Mei", "member", False)
    assert who["time_zone"] == "Europe/Berlin"


def test_a_wrong_password_and_an_unknown_address_are_told_alike(module_world: World) -> None:
    told = [
        module_world.visitor("POST", "/auth/login", {"email": email, "password": "wrong one here"}).json()["detail"]
        for email in (EMAIL, "nobody@halden.example", "not an address", "")
    ]
    assert len(set(told)) == 1
    assert login(module_world, EMAIL, PASSWORD, workspace="elsewhere")[0] == 401
    assert login(module_world, EMAIL, PASSWORD, workspace="halden")[0] == 200


def test_too_many_wrong_passwords_close_the_address_and_no_other(world: World) -> None:
    assert [login(world, EMAIL, f"wrong {n}")[0] for n in range(10)] == [401] * 10
    assert login(world, EMAIL, PASSWORD)[0] == 401
    assert login(world, "felix@halden.example", PASSWORD)[0] == 200
    assert world.mei.get("/me")["user"]["name"] == "Mei"  # who is in stays in
    world.rows("update relata.sign_in_failure set at = at - interval '16 minutes' returning 1")
    assert login(world, EMAIL, PASSWORD)[0] == 200


def test_signing_out_ends_this_session_only(module_world: World) -> None:
    sessions = [login(module_world, EMAIL, PASSWORD)[1].split(";")[0] for _ in range(2)]
    one, two = (Caller(module_world.client, {"cookie": cookie, "x-relata-request": "1"}) for cookie in sessions)
    assert one("POST", "/auth/logout").status_code == 204
    assert one("GET", "/me").status_code == 401
    assert two("GET", "/me").status_code == 200


@pytest.mark.parametrize("way", ["deactivated", "deleted"])
def test_somebody_who_leaves_is_out_at_the_next_request(world: World, way: str) -> None:
    path = f"/records/user/{world.users['mei']}"
    assert world.mei("GET", "/me").status_code == 200
    if way == "deleted":
        world.nora.delete(path)
    else:
        world.nora.patch(path, {"active": False})
    assert world.mei("GET", "/me").status_code == 401
    assert world.mei("POST", "/records/note", {"title": "too late"}).status_code == 401
    assert login(world, EMAIL, PASSWORD)[0] == 401
    assert world.rows("select count(*) from {schema}.note") == [(0,)]


def test_a_role_that_is_taken_away_ends_its_rights_at_the_next_request(world: World) -> None:
    assert world.nora("GET", "/keys").status_code == 200
    world.key.patch(f"/records/user/{world.users['nora']}", {"role": "member"})
    assert world.nora("GET", "/keys").status_code == 403


def test_a_session_ends_after_a_week_without_use_and_a_month_at_most(world: World) -> None:
    world.rows(
        "update {schema}._session set seen_at = now() - interval '8 days' where member = %s returning 1",
        [world.users["mei"]],
    )
    world.rows("update {schema}._session set expires_at = now() where member = %s returning 1", [world.users["felix"]])
    assert world.mei("GET", "/me").status_code == 401
    assert world.felix("GET", "/me").status_code == 401
    assert world.nora("GET", "/me").status_code == 200


def test_a_key_works_until_it_is_revoked_and_is_shown_once(world: World) -> None:
    made = world.nora.post("/keys", {"name": "Website", "role": "member"})
    program = Caller(world.client, {"authorization": f"Bearer {made['key']}"})
    assert program.get("/me")["role"] == "member"
    assert program("POST", "/keys", {"name": "more", "role": "administrator"}).status_code == 403
    listed = world.nora.get("/keys")["keys"]
    assert [key["name"] for key in listed] == ["a program", "Website"]
    assert made["key"] not in str(listed)
    assert world.nora("DELETE", f"/keys/{made['id']}").status_code == 204
    assert program("GET", "/me").status_code == 401
    assert world.nora("DELETE", f"/keys/{made['id']}").status_code == 404
