"""Keys that people make for their programs, over HTTP."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from pixcrawler.domain.shared.actor import Role
from tests.api.conftest import Api, OpenApi, Somebody, problem

V1 = "/api/v1"
KEYS = f"{V1}/api-keys"


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(LIMITER_ENABLED="true", LIMITER_KEY_PER_HOUR="1000")


async def made(who: Somebody, **body: Any) -> dict[str, Any]:
    answer = await who.client.post(KEYS, json={"name": "laptop", "scopes": ["*"], **body})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{KEYS}/{answer.json()['id']}"
    found: dict[str, Any] = answer.json()
    return found


async def with_key(api: Api, text: str, method: str = "GET", path: str = "/projects") -> httpx.Response:
    async with api.with_key(text) as client:
        return await client.request(method, V1 + path, json=None if method == "GET" else {"name": "x"})


async def test_a_key_is_shown_once_and_opens_what_it_was_made_for(api: Api) -> None:
    ann = await api.person()
    key = await made(ann, name="  my   laptop ", scopes=["read"], expires_in_days=9, hourly_limit=7)
    assert (key["name"], key["scopes"], key["hourly_limit"], key["status"]) == (
        "my laptop",
        ["read"],
        7,
        "live",
    )
    assert key["key"].startswith("pxc_test_")
    assert key["shown"] == f"pxc_test_…{key['key'][-4:]}"
    lives = datetime.fromisoformat(key["expires_at"]) - datetime.fromisoformat(key["created_at"])
    assert lives == timedelta(days=9)
    text = key.pop("key")
    for path in (KEYS, f"{KEYS}/{key['id']}", f"{KEYS}/{key['id']}/usage"):
        seen = await ann.client.get(path)
        assert seen.status_code == 200
        assert text not in seen.text
    assert (await ann.client.get(f"{KEYS}/{key['id']}")).json() == key
    assert (await with_key(api, text)).status_code == 200
    assert problem(await with_key(api, text, "POST"))[:2] == (403, "SCOPE_MISSING")


async def test_a_key_makes_and_sees_no_keys(api: Api) -> None:
    for path in ("", f"/{uuid.uuid4()}", f"/{uuid.uuid4()}/usage"):
        assert problem(await api.client.get(KEYS + path))[:2] == (403, "KEY_NOT_ACCEPTED")
    answer = await api.client.post(KEYS, json={"name": "more", "scopes": ["*"]})
    assert problem(answer)[:2] == (403, "KEY_NOT_ACCEPTED")


async def test_the_same_request_again_makes_no_second_key_and_shows_none(api: Api) -> None:
    ann = await api.person()
    headers, body = {"idempotency-key": "one"}, {"name": "laptop", "scopes": ["*"]}
    first, again = [await ann.client.post(KEYS, json=body, headers=headers) for _ in range(2)]
    assert again.status_code == first.status_code == 201
    assert again.json() == {**first.json(), "key": None}
    assert first.json()["key"]
    assert (await ann.client.get(KEYS)).json()["total"] == 1
    answer = await ann.client.post(KEYS, json={**body, "name": "other"}, headers=headers)
    assert problem(answer) == (422, "IDEMPOTENCY_MISMATCH", "Idempotency-Key")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes[0]"),
        ({"name": "   "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2101-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "2101-01-01T00:00:00Z", "expires_in_days": 1}, "expires_in_days"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"hourly_limit": 0}, "hourly_limit"),
        ({"hourly_limit": 1001}, "hourly_limit"),
        ({"owner_id": str(uuid.uuid4())}, "owner_id"),
    ],
)
async def test_what_no_key_can_be_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    ann = await api.person()
    answer = await ann.client.post(KEYS, json={"name": "laptop", "scopes": ["*"], **body})
    assert problem(answer)[0] == 422
    assert problem(answer)[2] == field


async def test_a_revoked_key_stays_in_the_list_and_opens_nothing(api: Api) -> None:
    ann = await api.person()
    key, other = await made(ann), await made(ann)
    assert (await ann.client.delete(f"{KEYS}/{key['id']}")).status_code == 204
    for method, more in (("GET", ""), ("GET", "/usage"), ("DELETE", "")):
        answer = await ann.client.request(method, f"{KEYS}/{key['id']}{more}")
        assert problem(answer)[:2] == (404, "API_KEY_NOT_FOUND")
    assert problem(await with_key(api, key["key"]))[:2] == (401, "INVALID_API_KEY")
    listed = {one["id"]: one for one in (await ann.client.get(KEYS)).json()["items"]}
    assert listed[key["id"]]["status"] == "revoked"
    (live,) = (await ann.client.get(KEYS, params={"status": "live"})).json()["items"]
    assert live["id"] == other["id"]


async def test_a_key_is_rotated_and_both_live_for_the_overlap(api: Api) -> None:
    ann = await api.person()
    key = await made(ann, scopes=["read"])
    answer = await ann.client.post(f"{KEYS}/{key['id']}/rotate", json={"overlap_hours": 2})
    assert answer.status_code == 201
    new, old = answer.json()["new"], answer.json()["old"]
    assert answer.headers["location"] == f"{KEYS}/{new['id']}"
    assert old["replaced_by"] == new["id"]
    left = datetime.fromisoformat(old["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=1, minutes=50) < left <= timedelta(hours=2)
    for text in (key["key"], new["key"]):
        assert (await with_key(api, text)).status_code == 200
    again = await ann.client.post(f"{KEYS}/{key['id']}/rotate", json={})
    assert problem(again)[:2] == (409, "API_KEY_REPLACED")
    answer = await ann.client.post(f"{KEYS}/{new['id']}/rotate", json={"overlap_hours": 0})
    assert answer.json()["old"]["status"] == "revoked"
    ended = await ann.client.post(f"{KEYS}/{key['id']}/rotate", json={})
    assert problem(ended)[:2] == (404, "API_KEY_NOT_FOUND")


async def test_a_superuser_sees_and_ends_a_key_and_does_not_get_to_read_one(api: Api) -> None:
    ann, sue = await api.person(), await api.person(Role.SUPERUSER)
    key = await made(ann)
    assert (await sue.client.get(f"{KEYS}/{key['id']}")).json()["owner_id"] == str(ann.id)
    answer = await sue.client.post(f"{KEYS}/{key['id']}/rotate", json={})
    assert problem(answer)[:2] == (403, "NOT_YOUR_API_KEY")
    assert (await sue.client.delete(f"{KEYS}/{key['id']}")).status_code == 204
    (act,) = (await ann.client.get(f"{V1}/activity", params={"act": "api_key.revoked"})).json()["items"]
    assert (act["subject_id"], act["actor_id"]) == (key["id"], str(sue.id))


async def test_use_is_counted_and_what_is_left_is_told(api: Api) -> None:
    ann = await api.person()
    key = await made(ann, hourly_limit=3)
    answers = [await with_key(api, key["key"]) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert '"key";r=0' in answers[2].headers["ratelimit"]
    assert '"key";q=3;w=3600' in answers[2].headers["ratelimit-policy"]
    assert int(answers[3].headers["retry-after"]) > 60
    await api.app.identity.record_key_uses()
    usage = (await ann.client.get(f"{KEYS}/{key['id']}/usage")).json()
    assert (usage["requests"], usage["hourly_limit"], usage["remaining"]) == (4, 3, 0)
    assert sum(hour["requests"] for hour in usage["by_hour"]) == 4
    assert 0 < usage["reset"] <= 3660
    assert usage["last_address"] == "127.0.0.1"
    seen = (await ann.client.get(f"{KEYS}/{key['id']}")).json()
    assert (seen["last_used_at"], seen["last_address"]) == (usage["last_used_at"], "127.0.0.1")


async def test_what_is_no_key_of_ours_is_refused_whatever_its_length(api: Api) -> None:
    for text in ("pxc_test_" + "x" * 246, "pxc_live_" + "0" * 36, "pxc_", "pxc_test_é"):
        headers = {b"authorization": f"Bearer {text}".encode("latin-1")}
        answer = await api.stranger.get(f"{V1}/projects", headers=headers)
        assert problem(answer)[:2] == (401, "INVALID_API_KEY")
