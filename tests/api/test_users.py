"""Superusers on everybody's accounts, and everybody on their own data."""

import asyncio
import uuid
from typing import Any

import asyncpg
import pytest

from pixcrawler.adapters.postgres.engine import plain_dsn
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.identity.errors import InvalidToken
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import TaskId
from tests.api.conftest import Api, OpenApi, Somebody, problem

USERS = "/api/v1/users"
LOGIN = "/api/v1/auth/login"
NO_LEASE = Lease(TaskId(uuid.uuid4()), 1, "shared")


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


@pytest.fixture(scope="module")
async def root(api: Api) -> Somebody:
    return await api.person(Role.SUPERUSER)


async def rows(api: Api, statement: str, *values: object) -> list[Any]:
    connection = await asyncpg.connect(plain_dsn(api.database_url))
    try:
        return [tuple(row) for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()


async def test_a_superuser_makes_an_account_that_can_log_in(api: Api, root: Somebody) -> None:
    body = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse", "name": "Ann"}
    headers = {"idempotency-key": uuid.uuid4().hex}
    made = await root.client.post(USERS, json={**body, "role": "superuser", "plan": "pro"}, headers=headers)
    assert made.status_code == 201, made.text
    assert (made.json()["role"], made.json()["plan"]) == ("superuser", "pro")
    assert "password" not in made.text
    again = await root.client.post(USERS, json={**body, "role": "superuser", "plan": "pro"}, headers=headers)
    assert again.json() == made.json()
    assert problem(await root.client.post(USERS, json=body))[:2] == (409, "EMAIL_TAKEN")
    login = await api.stranger.post(LOGIN, json={"email": body["email"], "password": body["password"]})
    ann = api.with_key(login.json()["access_token"])
    assert (await ann.get(made.headers["location"])).json() == made.json()


async def test_users_are_found_by_role_address_and_name(api: Api, root: Somebody) -> None:
    word = uuid.uuid4().hex
    eve = await api.person(name=f"Eve {word}", email=f"{word}%@example.org")
    for query in (f"search={word.upper()}", f"email={word.upper()}%25", f"search={word}&role=user"):
        found = (await root.client.get(f"{USERS}?{query}")).json()
        assert [one["id"] for one in found["items"]] == [str(eve.id)], query
    for query in (f"email=x{word}", f"search={word}&role=superuser", f"search={word}_"):
        assert (await root.client.get(f"{USERS}?{query}")).json()["total"] == 0, query


async def test_a_new_role_is_in_force_at_once_and_nobody_changes_their_own(api: Api, root: Somebody) -> None:
    eve = await api.person()
    changed = await root.client.patch(f"{USERS}/{eve.id}", json={"role": "superuser", "plan": "pro"})
    assert (changed.json()["role"], changed.json()["plan"]) == ("superuser", "pro")
    assert (await eve.client.get(USERS)).status_code == 200
    own = await root.client.patch(f"{USERS}/{root.id}", json={"role": "user"})
    assert problem(own) == (409, "NOT_ONESELF", "role")
    assert (await root.client.patch(f"{USERS}/{root.id}", json={"name": "Root"})).json()["name"] == "Root"


async def test_a_kept_answer_holds_no_quick_hash_of_a_password(root: Somebody) -> None:
    """What the request asked for is kept as SHA-256; of a password that would be as good as the password."""
    who = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse"}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = await root.client.post(USERS, json=who, headers=key)
    again = await root.client.post(USERS, json=who | {"password": "another horse"}, headers=key)
    assert (made.status_code, again.status_code, again.json()) == (201, 201, made.json())
    mixed_up = await root.client.post(USERS, json=who | {"name": "Ann"}, headers=key)
    assert problem(mixed_up)[:2] == (422, "IDEMPOTENCY_MISMATCH")


async def test_users_may_none_of_this(api: Api, root: Somebody) -> None:
    eve = await api.person()
    for method, path, body in (
        ("GET", USERS, None),
        ("POST", USERS, {"email": "a@example.org", "password": "correct horse"}),
        ("GET", f"{USERS}/{eve.id}", None),
        ("PATCH", f"{USERS}/{eve.id}", {"role": "superuser"}),
        ("DELETE", f"{USERS}/{root.id}", None),
    ):
        answer = await eve.client.request(method, path, json=body)
        assert problem(answer)[:2] == (403, "SUPERUSERS_ONLY"), (method, path)


async def everything_of(api: Api, somebody: Somebody) -> str:
    project = (await somebody.client.post("/api/v1/projects", json={"name": "Foxes"})).json()["id"]
    body = {"project_id": project, "keywords": ["fox"]}
    job = await somebody.client.post("/api/v1/jobs", json=body)
    assert job.status_code == 201
    dataset = {"project_id": project, "name": "Foxes", "selection": {"jobs": [job.json()["id"]]}}
    assert (await somebody.client.post("/api/v1/datasets", json=dataset)).status_code == 201
    return str(job.json()["id"])


async def test_who_is_deleted_is_gone_with_all_that_was_theirs(api: Api, root: Somebody) -> None:
    eve, other = await api.person(), await api.person()
    for one in (eve, other):
        await everything_of(api, one)
    assert (await root.client.delete(f"{USERS}/{eve.id}")).status_code == 204
    for table in ("projects", "crawl_jobs", "datasets"):
        counted = await rows(api, f"SELECT owner_id, count(*) FROM {table} GROUP BY 1")
        assert eve.id not in dict(counted)
        assert dict(counted)[other.id] == 1
    assert problem(await root.client.get(f"{USERS}/{eve.id}"))[:2] == (404, "USER_NOT_FOUND")
    assert problem(await root.client.delete(f"{USERS}/{eve.id}"))[:2] == (404, "USER_NOT_FOUND")
    assert problem(await eve.client.get("/api/v1/auth/me"))[:2] == (401, "INVALID_TOKEN")
    login = await api.stranger.post(LOGIN, json={"email": eve.email, "password": eve.password})
    assert problem(login)[:2] == (401, "WRONG_CREDENTIALS")
    back = await api.person(email=eve.email)
    assert back.id != eve.id
    acts = await rows(api, "SELECT act, actor_id FROM activity WHERE subject_id = $1", eve.id)
    assert ("account.deleted", root.id) in acts


async def test_nobody_is_deleted_while_a_job_of_theirs_runs(api: Api, root: Somebody) -> None:
    eve = await api.person()
    job = await everything_of(api, eve)
    assert (await eve.client.post(f"/api/v1/jobs/{job}/start")).status_code == 202
    assert problem(await root.client.delete(f"{USERS}/{eve.id}"))[:2] == (409, "USER_BUSY")
    assert (await eve.client.post(f"/api/v1/jobs/{job}/stop")).status_code == 202
    assert (await root.client.delete(f"{USERS}/{eve.id}")).status_code == 204


async def waits(connection: asyncpg.Connection) -> None:
    """Until somebody waits for what this connection has locked."""
    async with asyncio.timeout(30):
        while not await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        ):
            await asyncio.sleep(0.01)


async def test_whoever_changes_a_job_and_whoever_deletes_its_owner_do_not_wait_for_each_other(
    api: Api, root: Somebody
) -> None:
    eve = await api.person()
    job = uuid.UUID(await everything_of(api, eve))
    connection = await asyncpg.connect(plain_dsn(api.database_url))
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM crawl_jobs WHERE id = $1 FOR UPDATE", job)
            deletion = asyncio.create_task(root.client.delete(f"{USERS}/{eve.id}"))
            await waits(connection)
            await connection.execute(
                "INSERT INTO activity (id, act, subject_id, owner_id) VALUES ($1, 'job.changed', $2, $3)",
                *(uuid.uuid4(), job, eve.id),
            )
    finally:
        await connection.close()
    assert (await deletion).status_code == 204


async def test_superusers_do_not_delete_themselves_in_passing(root: Somebody) -> None:
    assert problem(await root.client.delete(f"{USERS}/{root.id}"))[:2] == (409, "NOT_ONESELF")


async def test_a_token_of_somebody_who_is_deleted_makes_no_profile_again(api: Api) -> None:
    """As one of Supabase's, which stays good until it expires: here the account alone is still there."""
    eve = await api.person()
    await rows(api, "INSERT INTO deleted_profiles (id) VALUES ($1)", eve.id)
    await rows(api, "DELETE FROM profiles WHERE id = $1", eve.id)
    answers = await asyncio.gather(*(eve.client.get("/api/v1/projects") for _ in range(16)))
    assert {problem(answer)[:2] for answer in answers} == {(401, "INVALID_TOKEN")}
    assert await rows(api, "SELECT id FROM profiles WHERE id = $1", eve.id) == []


async def test_a_deletion_that_broke_off_is_finished_by_a_task(api: Api, root: Somebody) -> None:
    eve = await api.person()
    async with api.app.identity.delete_user.transaction() as tx:
        await tx.profiles.delete(eve.id)
        await tx.commit()
    provider = api.app.identity.provider
    assert (await provider.account(eve.id)).email == eve.email
    for _ in range(2):
        await api.app.identity.tend_accounts({}, lease=NO_LEASE)
    with pytest.raises(InvalidToken):
        await provider.verify(eve.session.access_token)
    assert await rows(api, "SELECT forgotten FROM deleted_profiles WHERE id = $1", eve.id) == [(True,)]


async def test_who_leaves_repeats_the_address_and_proves_who_asks(api: Api) -> None:
    eve = await api.person()
    leave = f"{USERS}/me"
    wrong = await eve.client.request("DELETE", leave, json={"confirm": "yes"})
    assert problem(wrong) == (422, "NOT_CONFIRMED", "confirm")
    body = {"confirm": eve.email, "password": "wrong"}
    assert problem(await eve.client.request("DELETE", leave, json=body))[:2] == (403, "WRONG_PASSWORD")
    await rows(
        api, "UPDATE built_in_sessions SET begun_at = now() - interval '11 min' WHERE account_id = $1", eve.id
    )
    late = await eve.client.request("DELETE", leave, json={"confirm": eve.email})
    assert problem(late)[:2] == (403, "LOGIN_TOO_OLD")
    body["password"] = eve.password
    assert (await eve.client.request("DELETE", leave, json=body)).status_code == 204
    assert problem(await eve.client.get("/api/v1/auth/me"))[0] == 401


async def test_who_left_is_named_nowhere_in_what_was_done(api: Api) -> None:
    eve = await api.person()
    renamed = await eve.client.patch("/api/v1/auth/profile", json={"name": "Eve Adamson"})
    assert renamed.status_code == 200
    body = {"confirm": eve.email, "password": eve.password}
    assert (await eve.client.request("DELETE", f"{USERS}/me", json=body)).status_code == 204
    found = await api.client.get("/api/v1/activity", params={"subject_id": str(eve.id)})
    lines = found.json()["items"]
    assert [one["act"] for one in lines[:2]] == ["account.deleted", "account.changed"]
    assert {(one["owner_id"], one["actor_id"]) for one in lines} == {(None, None)}
    assert "Adamson" not in found.text


async def test_people_get_what_is_kept_about_them_and_nothing_of_others(api: Api) -> None:
    eve, other, keys = await api.person(), await api.person(), []
    for one in (eve, other):
        await everything_of(api, one)
        wanted = {"name": "laptop", "scopes": ["read"]}
        keys.append((await one.client.post("/api/v1/api-keys", json=wanted)).json()["key"])
    answer = await eve.client.get(f"{USERS}/me/export")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    told: dict[str, list[dict[str, Any]]] = answer.json()
    assert [one["id"] for one in told["profile"]] == [str(eve.id)]
    assert [len(told[name]) for name in ("projects", "jobs", "datasets", "api_keys")] == [1, 1, 1, 1]
    assert "digest" not in told["api_keys"][0]
    assert not [key for key in keys if key in answer.text]
    assert {one["act"] for one in told["activity"]} >= {"project.created", "account.exported"}
    assert str(other.id) not in answer.text
    assert other.email not in answer.text
