"""Everybody who may come to the API, and every operation with what it needs. See ``test_walls.py``."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId
from tests.api.conftest import Api
from tests.api.dataset_room import furnish, work
from tests.api.image_room import ImageRoom, settled_room
from tests.contract.stages import PostgresStage
from tests.fakes.aggregates import sha

V1 = "/api/v1"


class Who(StrEnum):
    NOBODY = "anonymous"
    REVOKED = "with a revoked key"
    OTHER = "another user"
    READER = "the owner with a key to read"
    WRITER = "the owner with a key to write"
    OWNER = "the owner"
    SUPERUSER = "a superuser"


@dataclass(frozen=True)
class Row:
    """``needs`` is a scope, None for public. ``good`` is the status for who may. ``thing`` names what the
    operation is about and others must not find. ``superusers``: nobody else may."""

    needs: str | None
    good: int
    thing: str | None = None
    body: dict[str, Any] | None = None
    superusers: bool = False
    query: str = ""
    shared: bool = False

    @property
    def fresh(self) -> bool:
        """Whether it takes a thing that nothing happened to yet."""
        return self.needs == WRITE and self.thing is not None and not self.shared

    @property
    def status(self) -> str:
        """Of the job, when nothing happens to it."""
        if not self.fresh or self.thing in ("image", "dataset", "export"):
            return "completed"
        return "cancelled" if self.thing == "stopped" else "pending"


READ, WRITE = "read", "write"
POLICY = {"name": "{new}", "after_days": 1}
BODIES = {"archival": POLICY, "cleanup": {**POLICY, "target": "failed_exports"}}


def policy_rows(kind: str) -> dict[str, Row]:
    path = f"/api/v1/policies/{kind}"
    return {
        f"GET {path}": Row(READ, 200, superusers=True),
        f"POST {path}": Row(WRITE, 201, body=BODIES[kind], superusers=True),
        f"GET {path}/{{policy_id}}": Row(READ, 200, superusers=True),
        f"PATCH {path}/{{policy_id}}": Row(WRITE, 200, body={"after_days": 2}, superusers=True),
        f"DELETE {path}/{{policy_id}}": Row(WRITE, 204, superusers=True),
        f"POST {path}/{{policy_id}}/execute": Row(WRITE, 202 if kind == "cleanup" else 409, superusers=True),
    }


ROWS = {
    "GET /health": Row(None, 200),
    "GET /api/v1/health": Row(None, 200),
    "GET /health/detailed": Row(None, 503),  # no worker runs here
    "GET /api/v1/health/detailed": Row(None, 503),
    "GET /api/v1/files/{filename}": Row(None, 403),  # only a signature opens it: see test_files.py
    "HEAD /api/v1/files/{filename}": Row(None, 403),
    "GET /api/v1/projects": Row(READ, 200),
    "POST /api/v1/projects": Row(WRITE, 201, body={"name": "{new}"}),
    "GET /api/v1/projects/{project_id}": Row(READ, 200, "project"),
    "PATCH /api/v1/projects/{project_id}": Row(WRITE, 200, "project", body={"description": "Mine"}),
    "DELETE /api/v1/projects/{project_id}": Row(WRITE, 204, "project"),
    "POST /api/v1/projects/batch-delete": Row(WRITE, 200, "project", body={"ids": ["{project}"]}),
    "GET /api/v1/jobs": Row(READ, 200),
    "POST /api/v1/jobs": Row(
        WRITE, 201, "project", body={"project_id": "{project}", "keywords": ["fox"], "name": "{new}"}
    ),
    "GET /api/v1/jobs/{job_id}": Row(READ, 200, "job"),
    "PATCH /api/v1/jobs/{job_id}": Row(WRITE, 200, "job", body={"name": "Mine"}),
    "DELETE /api/v1/jobs/{job_id}": Row(WRITE, 204, "job"),
    "POST /api/v1/jobs/{job_id}/start": Row(WRITE, 202, "job"),
    "POST /api/v1/jobs/{job_id}/stop": Row(WRITE, 202, "job"),
    "POST /api/v1/jobs/{job_id}/cancel": Row(WRITE, 202, "job"),
    "POST /api/v1/jobs/{job_id}/retry": Row(WRITE, 202, "stopped"),
    "GET /api/v1/jobs/{job_id}/progress": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/tasks": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/logs": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/events": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/images": Row(READ, 200, "job"),
    "GET /api/v1/images/{image_id}": Row(READ, 200, "image"),
    "PATCH /api/v1/images/{image_id}": Row(WRITE, 200, "image", {"review": "accept"}),
    "DELETE /api/v1/images/{image_id}": Row(WRITE, 204, "image"),
    "GET /api/v1/images/{image_id}/download": Row(READ, 200, "image"),
    "HEAD /api/v1/images/{image_id}/download": Row(READ, 200, "image"),
    "GET /api/v1/images/{image_id}/thumbnail": Row(READ, 200, "image"),
    "GET /api/v1/datasets": Row(READ, 200),
    "POST /api/v1/datasets": Row(
        WRITE,
        201,
        "project",
        body={"project_id": "{project}", "name": "{new}", "selection": {"jobs": ["{job}"]}},
    ),
    "GET /api/v1/datasets/{dataset_id}": Row(READ, 200, "dataset"),
    "PATCH /api/v1/datasets/{dataset_id}": Row(WRITE, 200, "dataset", body={"name": "Mine"}),
    "DELETE /api/v1/datasets/{dataset_id}": Row(WRITE, 204, "dataset"),
    "POST /api/v1/datasets/{dataset_id}/build": Row(WRITE, 202, "dataset", body={}),
    "POST /api/v1/datasets/{dataset_id}/split": Row(
        WRITE, 200, "dataset", body={"ratios": {"a": 0.5, "b": 0.5}}
    ),
    "GET /api/v1/datasets/{dataset_id}/status": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/versions": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/versions/{number}": Row(READ, 200, "dataset"),
    "POST /api/v1/datasets/{dataset_id}/versions/{number}/cancel": Row(WRITE, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/stats": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/images": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/manifest": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/diff": Row(READ, 200, "dataset", query="?from=1&to=1"),
    "GET /api/v1/datasets/{dataset_id}/download": Row(READ, 200, "dataset"),
    "HEAD /api/v1/datasets/{dataset_id}/download": Row(READ, 200, "dataset"),
    "GET /api/v1/exports": Row(READ, 200),
    "POST /api/v1/exports": Row(
        WRITE, 202, "dataset", body={"dataset_id": "{dataset}", "format": "csv"}, shared=True
    ),
    "GET /api/v1/exports/formats": Row(READ, 200),
    "GET /api/v1/exports/{export_id}": Row(READ, 200, "export"),
    "DELETE /api/v1/exports/{export_id}": Row(WRITE, 204, "export"),
    "GET /api/v1/exports/{export_id}/download": Row(READ, 200, "export"),
    "HEAD /api/v1/exports/{export_id}/download": Row(READ, 200, "export"),
    "GET /api/v1/sources": Row(READ, 200),
    "GET /api/v1/sources/{source_id}": Row(READ, 200),
    "POST /api/v1/keywords/expand": Row(WRITE, 200, body={"keywords": ["fox"]}),
    "POST /api/v1/sources/preview": Row(READ, 200, body={"source": "openverse", "keyword": "fox"}),
    "GET /api/v1/storage/usage": Row(READ, 200),
    "GET /api/v1/storage/files": Row(READ, 200),
    "POST /api/v1/storage/presigned-url": Row(READ, 200, "file", body={"key": "{file}"}),
    "POST /api/v1/storage/cleanup": Row(WRITE, 200, body={}),
    "GET /api/v1/policies/executions": Row(READ, 200, superusers=True),
    "GET /api/v1/policies/executions/{execution_id}": Row(READ, 200, superusers=True),
    "GET /api/v1/policies/executions/{execution_id}/items": Row(READ, 200, superusers=True),
    **policy_rows("archival"),
    **policy_rows("cleanup"),
}


class Walls:
    """An owner's project, job and picture, and keys of everybody."""

    def __init__(self, api: Api, stage: PostgresStage, client: httpx.AsyncClient) -> None:
        self.api, self.stage, self.client = api, stage, client
        self._shared: ImageRoom | None = None
        self._of_room: dict[str, dict[str, str]] = {}

    async def room(self, row: Row) -> ImageRoom:
        """Its owner's settled job, alone in the world or shared by those who only look."""
        if row.thing == "image" and row.fresh:
            return await self._furnished()
        if self._shared is None:
            self._shared = await self._furnished()
            self._of_room[self._shared.job] = await self._exported(self._shared)
        return self._shared

    async def _exported(self, room: ImageRoom) -> dict[str, str]:
        """A dataset with a version that is ready, and an export of it."""
        owner = await room.key_of(room.play.job.owner_id)
        dataset = await self._dataset(room, owner)
        await self.client.post(f"{V1}/datasets/{dataset}/build", json={}, headers=owner)
        await work(self.api.app)
        export = await self._export(dataset, owner)
        await work(self.api.app)
        return {"dataset": dataset, "export": export}

    async def _dataset(self, room: ImageRoom, owner: dict[str, str]) -> str:
        job = room.play.job
        body = {
            "project_id": str(job.project_id),
            "name": uuid.uuid4().hex,
            "selection": {"jobs": [str(job.id)]},
        }
        return await self._made(owner, "/datasets", body)

    async def _export(self, dataset: str, owner: dict[str, str]) -> str:
        body = {"dataset_id": dataset, "format": "csv"}
        answer = await self.client.post(f"{V1}/exports", json=body, headers=owner)
        return str(answer.json()["export"]["id"])

    async def _new_dataset(self, row: Row, room: ImageRoom, things: dict[str, str]) -> dict[str, str]:
        """A dataset with a version that waits for its worker, or an export that does."""
        owner = await room.key_of(room.play.job.owner_id)
        if row.thing == "export":
            return {"export": await self._export(things["dataset"], owner)}
        dataset = await self._dataset(room, owner)
        await self.client.post(f"{V1}/datasets/{dataset}/build", json={}, headers=owner)
        return {"dataset": dataset}

    async def _furnished(self) -> ImageRoom:
        room = await settled_room(self.api, self.stage)
        await furnish(self.api.app, self.stage, room.play.job.id)
        return room

    async def things(self, row: Row, room: ImageRoom) -> dict[str, str]:
        """Ids by the names that paths and bodies have for them."""
        job = room.play.job
        found = {"project": str(job.project_id), "job": str(job.id), "image": str(room.image["d"])}
        found["file"] = f"pictures/{sha(1)}"
        found |= {"source": "openverse", "new": uuid.uuid4().hex, "filename": "x"}
        found |= {"number": "1", **self._of_room.get(room.job, {})}
        if row.fresh and row.thing in ("dataset", "export"):
            found |= await self._new_dataset(row, room, found)
        elif row.fresh and row.thing != "image":
            owner = await room.key_of(job.owner_id)
            found["project"] = await self._made(owner, "/projects", {"name": uuid.uuid4().hex})
            body = {"project_id": found["project"], "keywords": ["fox"]}
            found["job"] = await self._made(owner, "/jobs", body)
            if row.thing == "stopped":
                await self.client.post(f"{V1}/jobs/{found['job']}/start", headers=owner)
                await self.client.post(f"{V1}/jobs/{found['job']}/stop", headers=owner)
        return found

    async def of_superusers(self, name: str) -> dict[str, str]:
        """A policy of the kind that the operation is about, and an execution of one."""
        kind = "archival" if "archival" in name else "cleanup"
        superuser = {"authorization": f"Bearer {self.api.key}"}
        body = filled(BODIES[kind], {"new": uuid.uuid4().hex})
        found = {"policy": await self._made(superuser, f"/policies/{kind}", body)}
        if "execution" in name:
            path = f"{V1}/policies/{kind}/{found['policy']}/execute?dry_run=true"
            answer = await self.client.post(path, headers=superuser)
            found["execution"] = answer.json()["execution_id"]
        return found

    async def _made(self, owner: dict[str, str], path: str, body: dict[str, Any]) -> str:
        answer = await self.client.post(f"{V1}{path}", json=body, headers=owner)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def key(self, who: Who, room: ImageRoom) -> dict[str, str]:
        owner = room.play.job.owner_id
        match who:
            case Who.NOBODY:
                return {}
            case Who.REVOKED:
                return await self._revoked(owner)
            case Who.OTHER:
                return await room.stranger()
            case Who.READER:
                return await room.key_of(owner, READ)
            case Who.WRITER:
                return await room.key_of(owner, WRITE)
            case Who.OWNER:
                return await room.key_of(owner)
            case Who.SUPERUSER:
                return {"authorization": f"Bearer {self.api.key}"}

    async def _revoked(self, owner: UserId) -> dict[str, str]:
        actor = Actor(owner, Role.USER)
        wanted = KeyRequest(name="lost", scopes=frozenset({"*"}))
        issued = await self.api.app.identity.issue_api_key(wanted, by=actor)
        await self.api.app.identity.revoke_api_key(issued.id, by=actor)
        return {"authorization": f"Bearer {issued.key}"}

    async def ask(
        self, name: str, row: Row, things: dict[str, str], headers: dict[str, str]
    ) -> httpx.Response:
        method, path = name.split()
        path = filled(path.replace("_id}", "}"), things) + row.query
        body = filled(row.body, things)
        return await self.client.request(method, path, json=body, headers=headers)


def filled(part: Any, things: dict[str, str]) -> Any:
    match part:
        case str():
            return part.format_map(things) if "{" in part else part
        case dict():
            return {name: filled(value, things) for name, value in part.items()}
        case list():
            return [filled(one, things) for one in part]
        case _:
            return part
