"""Signing up, logging in, going on, leaving again: over HTTP, with the built-in provider."""

import uuid
from typing import Any

import httpx
import pytest

from pixcrawler.domain.shared.actor import Role
from tests.api.conftest import Api, OpenApi, problem

AUTH = "/api/v1/auth"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


def somebody() -> dict[str, str]:
    return {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}


async def test_who_signs_up_is_logged_in_and_has_a_profile(api: Api) -> None:
    who = somebody()
    answer = await api.stranger.post(f"{AUTH}/signup", json={**who, "name": "Ann"})
    assert (answer.status_code, answer.headers["location"]) == (201, f"{AUTH}/profile")
    session = answer.json()["session"]
    assert session["token_type"] == "bearer"
    assert 3500 < session["expires_in"] <= 3600
    ann = api.with_key(session["access_token"])
    profile = (await ann.get(f"{AUTH}/profile")).json()
    assert (profile["email"], profile["name"], profile["role"]) == (who["email"], "Ann", "user")
    assert (await ann.get(f"{AUTH}/me")).json() == profile
    verified = (await ann.post(f"{AUTH}/verify-token")).json()
    assert (verified["valid"], verified["user_id"], verified["role"]) == (True, profile["id"], "user")


async def test_an_address_is_the_same_however_it_is_written(api: Api) -> None:
    who = somebody()
    assert (await api.stranger.post(f"{AUTH}/signup", json=who)).status_code == 201
    loud = {**who, "email": f" {who['email'].upper()} "}
    assert (await api.stranger.post(f"{AUTH}/login", json=loud)).status_code == 200
    again = await api.stranger.post(f"{AUTH}/signup", json=loud)
    assert problem(again)[:2] == (409, "EMAIL_TAKEN")


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(api: Api) -> None:
    eve = await api.person()
    told = []
    for email in (eve.email, "nobody@example.org", "no address"):
        answer = await api.stranger.post(f"{AUTH}/login", json={"email": email, "password": "wrong one"})
        told.append((problem(answer), answer.json()["message"]))
    assert set(told) == {((401, "WRONG_CREDENTIALS", None), "The e-mail address or the password is wrong.")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"email": "no address"}, (422, "INVALID_EMAIL", "email")),
        ({"password": "short"}, (422, "INVALID", "password")),
        ({"password": "x" * 257}, (422, "INVALID", "password")),
        ({"password": "aaaaaaaaaa"}, (422, "WEAK_PASSWORD", "password")),
        (
            {"email": "long@example.org", "password": "long@example.org"},
            (422, "WEAK_PASSWORD", "password"),
        ),
        ({"role": "superuser"}, (422, "INVALID", "role")),
    ],
)
async def test_an_account_that_will_not_do_is_refused_by_field(
    api: Api, change: dict[str, str], expected: tuple[int, str, str]
) -> None:
    assert problem(await api.stranger.post(f"{AUTH}/signup", json={**somebody(), **change})) == expected


async def refreshed(api: Api, token: str) -> httpx.Response:
    return await api.stranger.post(f"{AUTH}/refresh", json={"refresh_token": token})


async def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_login(api: Api) -> None:
    eve = await api.person()
    first = await refreshed(api, eve.session.refresh_token)
    assert first.status_code == 200
    new: dict[str, Any] = first.json()
    assert (await api.with_key(new["access_token"]).get(f"{AUTH}/me")).status_code == 200
    assert problem(await refreshed(api, eve.session.refresh_token))[:2] == (401, "INVALID_TOKEN")
    assert problem(await refreshed(api, new["refresh_token"]))[:2] == (401, "INVALID_TOKEN")
    assert problem(await api.with_key(new["access_token"]).get(f"{AUTH}/me"))[:2] == (401, "INVALID_TOKEN")


@pytest.mark.parametrize("token", ["", "x", "pxs_refresh_" + "0" * 36, "Bearer"])
async def test_what_is_no_refresh_token_is_refused(api: Api, token: str) -> None:
    assert (await refreshed(api, token)).status_code == (401 if token else 422)


async def test_who_logs_out_is_out_at_once_here_and_not_elsewhere(api: Api) -> None:
    eve = await api.person()
    there = await api.stranger.post(f"{AUTH}/login", json={"email": eve.email, "password": eve.password})
    assert (await eve.client.post(f"{AUTH}/logout")).status_code == 204
    assert problem(await eve.client.get(f"{AUTH}/me"))[:2] == (401, "INVALID_TOKEN")
    assert problem(await refreshed(api, eve.session.refresh_token))[0] == 401
    elsewhere = api.with_key(there.json()["access_token"])
    assert (await elsewhere.get(f"{AUTH}/me")).status_code == 200


async def test_a_new_password_ends_all_other_logins(api: Api) -> None:
    eve = await api.person()
    body = {"email": eve.email, "password": eve.password}
    there = (await api.stranger.post(f"{AUTH}/login", json=body)).json()
    new = {"current_password": eve.password, "new_password": "a longer one still"}
    wrong = await eve.client.post(f"{AUTH}/password", json={**new, "current_password": "wrong"})
    assert problem(wrong) == (403, "WRONG_PASSWORD", "current_password")
    without = await eve.client.post(f"{AUTH}/password", json={"new_password": "a longer one still"})
    assert problem(without) == (403, "WRONG_PASSWORD", "current_password")
    weak = await eve.client.post(f"{AUTH}/password", json={**new, "new_password": eve.email})
    assert problem(weak) == (422, "WEAK_PASSWORD", "new_password")
    assert (await eve.client.post(f"{AUTH}/password", json=new)).status_code == 204
    assert (await eve.client.get(f"{AUTH}/me")).status_code == 200
    assert (await api.with_key(there["access_token"]).get(f"{AUTH}/me")).status_code == 401
    assert problem(await api.stranger.post(f"{AUTH}/login", json=body))[:2] == (401, "WRONG_CREDENTIALS")
    body["password"] = "a longer one still"
    assert (await api.stranger.post(f"{AUTH}/login", json=body)).status_code == 200


@pytest.mark.long
async def test_after_ten_wrong_passwords_an_address_waits_whether_it_has_an_account_or_not(api: Api) -> None:
    eve = await api.person()
    for email in (eve.email, f"{uuid.uuid4().hex}@example.org"):
        body = {"email": email, "password": "wrong"}
        codes = [(await api.stranger.post(f"{AUTH}/login", json=body)).status_code for _ in range(11)]
        assert codes == [401] * 10 + [429]
    answer = await api.stranger.post(f"{AUTH}/login", json={"email": eve.email, "password": eve.password})
    assert problem(answer)[:2] == (429, "TOO_MANY_ATTEMPTS")
    assert 1 <= int(answer.headers["retry-after"]) <= 60


async def test_nobody_learns_from_a_reset_who_has_an_account(api: Api) -> None:
    eve = await api.person()
    told = [
        await api.stranger.post(f"{AUTH}/password-reset", json={"email": email})
        for email in (eve.email, "nobody@example.org")
    ]
    assert {problem(one)[:2] for one in told} == {(409, "RESET_UNAVAILABLE")}
    assert "pixcrawler admin reset_password" in told[0].json()["message"]


@pytest.mark.parametrize("path", ["/auth/me", "/auth/profile", "/users", "/policies/archival"])
async def test_an_api_key_is_not_accepted_for_people_only(api: Api, path: str) -> None:
    assert problem(await api.client.get(f"/api/v1{path}"))[:2] == (403, "KEY_NOT_ACCEPTED")


async def test_a_profile_takes_what_is_ones_own_to_say(api: Api) -> None:
    eve = await api.person()
    body = {"name": "Eve Adams", "avatar_url": "https://example.org/eve.png", "onboarded": True}
    changed = (await eve.client.patch(f"{AUTH}/profile", json=body)).json()
    assert {name: changed[name] for name in body} == body
    assert (await eve.client.get(f"{AUTH}/profile")).json()["name"] == "Eve Adams"
    none = (await eve.client.patch(f"{AUTH}/profile", json={"avatar_url": None})).json()
    assert (none["avatar_url"], none["name"]) == (None, "Eve Adams")


@pytest.mark.parametrize(
    "body",
    [
        {"role": "superuser"},
        {"plan": "enterprise"},
        {"credits": 1},
        {"email": "other@example.org"},
        {"id": "x"},
        {"name": " "},
        {"name": "a\nb"},
        {"avatar_url": "javascript:alert(1)"},
        {"avatar_url": "file:///etc/passwd"},
        {"avatar_url": "https://user:secret@example.org/"},
        {"avatar_url": "https://[::1"},
        {"onboarded": "yes"},
    ],
)
async def test_a_profile_takes_nothing_else(api: Api, body: dict[str, Any]) -> None:
    eve = await api.person()
    before = (await eve.client.get(f"{AUTH}/profile")).json()
    answer = await eve.client.patch(f"{AUTH}/profile", json=body)
    assert (answer.status_code, problem(answer)[2]) == (422, next(iter(body)))
    assert (await eve.client.get(f"{AUTH}/profile")).json() == before


async def test_a_superusers_profile_is_theirs_too(api: Api) -> None:
    root = await api.person(Role.SUPERUSER)
    assert (await root.client.get(f"{AUTH}/me")).json()["role"] == "superuser"
