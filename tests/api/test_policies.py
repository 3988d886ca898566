"""Policies over HTTP."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import TaskId
from pixcrawler.entrypoints.worker.table import tasks as table_of_tasks
from tests.api.conftest import Api, OpenApi, problem
from tests.api.image_room import ImageRoom
from tests.integration.worker.test_table import USUAL

V1 = "/api/v1"


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    """Its client is a superuser who is logged in: policies take no API keys."""
    opened = await open_for_all()
    return replace(opened, client=(await opened.person(Role.SUPERUSER)).client)


async def made(api: Api, kind: str = "cleanup", **changes: Any) -> dict[str, Any]:
    body = {"name": f"Old {uuid.uuid4()}", "after_days": 30, **changes}
    if kind == "cleanup":
        body = {"target": "unused_exports", **body}
    answer = await api.client.post(f"{V1}/policies/{kind}", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{V1}/policies/{kind}/{answer.json()['id']}"
    return dict(answer.json())


@pytest.mark.parametrize("kind", ["archival", "cleanup"])
async def test_a_policy_is_created_read_changed_listed_and_deleted(api: Api, kind: str) -> None:
    policy = await made(api, kind, enabled=True, every_hours=6, format="coco")
    path = f"{V1}/policies/{kind}/{policy['id']}"
    assert (await api.client.get(path)).json() == policy
    assert (policy["enabled"], policy["every_hours"], policy["format"]) == (True, 6, "coco")
    assert policy["next_at"] is not None
    changed = (await api.client.patch(path, json={"format": None, "enabled": False, "version": 1})).json()
    assert (changed["format"], changed["next_at"], changed["version"]) == (None, None, 2)
    assert problem(await api.client.patch(path, json={"name": "x", "version": 1}))[:2] == (
        409,
        "CHANGED_MEANWHILE",
    )
    listed = (await api.client.get(f"{V1}/policies/{kind}?size=100")).json()
    assert policy["id"] in {one["id"] for one in listed["items"]}
    assert (await api.client.delete(path)).status_code == 204
    assert problem(await api.client.get(path)) == (404, "POLICY_NOT_FOUND", None)


async def test_a_name_is_taken_once_and_a_restriction_that_makes_no_sense_is_named(api: Api) -> None:
    policy = await made(api)
    body = {"name": policy["name"], "target": "failed_exports", "after_days": 1}
    answer = await api.client.post(f"{V1}/policies/cleanup", json=body)
    assert problem(answer) == (409, "POLICY_NAME_TAKEN", "name")
    body |= {"name": "Lost", "target": "unreferenced_objects", "project_id": str(uuid.uuid4())}
    answer = await api.client.post(f"{V1}/policies/cleanup", json=body)
    assert problem(answer) == (422, "INVALID_POLICY", "project_id")


@pytest.mark.parametrize("kind", ["archival", "cleanup"])
async def test_a_policy_for_what_is_not_there_is_refused(api: Api, kind: str) -> None:
    policy = await made(api, kind)
    path, nobody = f"{V1}/policies/{kind}", str(uuid.uuid4())
    for field, code in (("project_id", "PROJECT_NOT_FOUND"), ("dataset_id", "DATASET_NOT_FOUND")):
        body = {"name": "Astray", "after_days": 1, field: nobody}
        body |= {"target": "unused_exports"} if kind == "cleanup" else {}
        assert problem(await api.client.post(path, json=body)) == (404, code, field)
        changed = await api.client.patch(f"{path}/{policy['id']}", json={field: nobody})
        assert problem(changed) == (404, code, field)


async def test_archiving_without_a_warm_store_is_refused_with_a_sentence(api: Api) -> None:
    policy = await made(api, "archival")
    answer = await api.client.post(f"{V1}/policies/archival/{policy['id']}/execute")
    assert problem(answer) == (409, "NO_WARM_STORE", None)
    assert "STORAGE_WARM_PROVIDER" in answer.json()["message"]


async def test_an_execution_is_queued_done_and_told(api: Api) -> None:
    await api.app.imaging.store.put("lost/1", b"four")
    policy = await made(api, target="unreferenced_objects", after_days=0)
    path = f"{V1}/policies/cleanup/{policy['id']}/execute"
    headers = {"idempotency-key": uuid.uuid4().hex}
    answer = await api.client.post(path, params={"dry_run": "true"}, headers=headers)
    assert answer.status_code == 202
    begun = answer.json()
    assert (begun["dry_run"], begun["status"], len(begun["task_ids"])) == (True, "pending", 1)
    again = await api.client.post(path, params={"dry_run": "true"}, headers=headers)
    assert again.json() == begun
    await work(api)
    execution = (await api.client.get(f"{V1}/policies/executions/{begun['execution_id']}")).json()
    assert (execution["status"], execution["items"], execution["dry_run"]) == ("completed", 0, True)
    assert execution["name"] == policy["name"]
    items = (await api.client.get(f"{V1}/policies/executions/{begun['execution_id']}/items")).json()
    assert items["items"] == [], "the object is younger than the grace period"
    found = (await api.client.get(f"{V1}/policies/executions", params={"policy_id": policy["id"]})).json()
    assert [one["id"] for one in found["items"]] == [begun["execution_id"]]
    other = (await api.client.get(f"{V1}/policies/executions", params={"kind": "archival"})).json()
    assert begun["execution_id"] not in {one["id"] for one in other["items"]}


async def work(api: Api | ImageRoom) -> None:
    """As a worker does, with what waits."""
    known = table_of_tasks(api.app, USUAL)
    while (
        claimed := await api.app.tasks.claim("upkeep", "shared", worker="test", lease=USUAL.timeout)
    ) is not None:
        await known[claimed.name].run(claimed.payload, Lease(TaskId(claimed.id), claimed.token))
