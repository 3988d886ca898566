"""Who a request is from, when it carries the access token of a login."""

import asyncio

import pytest

from pixcrawler.domain.shared.actor import Role
from tests.api.conftest import Api, OpenApi, problem


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


async def test_a_person_who_logged_in_sees_their_own_things(api: Api) -> None:
    eve, mallory = await api.person(), await api.person()
    made = await eve.client.post("/api/v1/projects", json={"name": "Foxes"})
    assert (made.status_code, made.json()["owner_id"]) == (201, str(eve.id))
    assert (await eve.client.get("/api/v1/projects")).json()["total"] == 1
    assert (await mallory.client.get("/api/v1/projects")).json()["total"] == 0
    assert problem(await mallory.client.get(made.headers["location"])) == (404, "PROJECT_NOT_FOUND", None)


async def test_a_superuser_who_logged_in_sees_what_others_have(api: Api) -> None:
    eve, root = await api.person(), await api.person(Role.SUPERUSER)
    made = await eve.client.post("/api/v1/projects", json={"name": "Foxes"})
    assert (await root.client.get(made.headers["location"])).status_code == 200


async def test_a_profile_is_made_at_first_sight_once(api: Api) -> None:
    signed_up = await api.app.identity.provider.sign_up("first@example.org", "correct horse", name=None)
    assert signed_up.session is not None
    new = api.with_key(signed_up.session.access_token)
    answers = await asyncio.gather(*(new.get("/api/v1/projects") for _ in range(64)))
    assert {answer.status_code for answer in answers} == {200}
