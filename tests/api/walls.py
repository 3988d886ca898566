"""What stands behind the walls, and keys of everybody. See ``test_walls.py``."""

import uuid
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
from sqlalchemy import text

from pixcrawler.application.ports.api_keys import NewKey
from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId
from tests.api.conftest import Api
from tests.api.dataset_room import furnish, work
from tests.api.image_room import ImageRoom, settled_room
from tests.api.sessions import bearer, session_of
from tests.api.wall_rows import BODIES, NEWCOMER, READ, REPEATED, WRITE, Row, Who
from tests.contract.stages import PostgresStage
from tests.fakes.aggregates import sha
from tests.fakes.platform_aggregates import notification

V1 = "/api/v1"
UNLIMITED = text("UPDATE profiles SET plan = 'enterprise' WHERE id = :id")


ACTS = "SELECT actor_id, owner_id FROM activity WHERE request_id = :request"


class Walls:
    """An owner's project, job and picture, and keys of everybody."""

    def __init__(self, api: Api, stage: PostgresStage, client: httpx.AsyncClient) -> None:
        self.api, self.stage, self.client = api, stage, client
        self._shared: ImageRoom | None = None
        self._somebodies: dict[Role, dict[str, str]] = {}
        self._minutes = count()
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
        """Its owner's plan stands in no way of many jobs at once."""
        room = await settled_room(self.api, self.stage)
        owner = room.play.job.owner_id
        async with self.stage.engine.begin() as connection:
            await connection.execute(UNLIMITED, {"id": owner})
        await furnish(self.api.app, self.stage, room.play.job.id)
        return room

    async def things(self, row: Row, room: ImageRoom) -> dict[str, str]:
        """Ids by the names that paths and bodies have for them."""
        job = room.play.job
        found = {"project": str(job.project_id), "job": str(job.id), "image": str(room.image["d"])}
        found["file"] = f"pictures/{sha(1)}"
        hour, minute = divmod(next(self._minutes) % 1439, 60)
        found["clock"] = f"{hour:02}:{minute:02}"
        found |= {"source": "openverse", "new": uuid.uuid4().hex, "filename": "x"}
        found |= {"number": "1", **self._of_room.get(room.job, {})}
        if row.thing == "key":
            found["key"] = str((await self._key_of(job.owner_id)).id)
        elif row.thing == "schedule":
            owner = await room.key_of(job.owner_id)
            found["schedule"] = await self._made(owner, "/schedules", filled(REPEATED, found))
        elif row.thing == "validation":
            owner, named = await room.key_of(job.owner_id), {"image_id": found["image"]}
            answer = await self.client.post(f"{V1}/validation/analyze", json=named, headers=owner)
            found["validation"] = answer.json()["validation_id"]
        elif "{level}" in str(row.body):
            found["level"] = await self._another_level(job.owner_id)
        elif row.thing == "notification":
            found["notification"] = await self._told(job.owner_id)
        elif row.fresh and row.thing in ("dataset", "export"):
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

    async def _another_level(self, owner: UserId) -> str:
        async with self.stage.transaction() as tx:
            now = (await tx.validation_levels.of(owner)).level
        return "basic" if now == "strict" else "strict"

    async def _told(self, owner: UserId) -> str:
        """A notification of theirs."""
        new_id = self.stage.make.new_id
        async with self.stage.transaction() as tx:
            told = notification(new_id, await tx.profiles.get(owner))
            await tx.notifications.add(told)
            await tx.commit()
        return str(told.id)

    async def of_superusers(self, name: str) -> dict[str, str]:
        """A policy of the kind that the operation is about, and an execution of one."""
        kind = "archival" if "archival" in name else "cleanup"
        superuser = await self.admin()
        if "{user_id}" in name:
            newcomer = filled(NEWCOMER, {"new": uuid.uuid4().hex})
            return {"user": await self._made(superuser, "/users", newcomer)}
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
            case Who.PERSON:
                return await session_of(self.stage.engine, owner)
            case Who.OTHER_PERSON:
                return await self._somebody(Role.USER)
            case Who.ADMIN:
                return await self.admin()

    async def admin(self) -> dict[str, str]:
        return await self._somebody(Role.SUPERUSER)

    async def _somebody(self, role: Role) -> dict[str, str]:
        """Always the same one, who has nothing."""
        if role not in self._somebodies:
            self._somebodies[role] = bearer((await self.api.person(role)).session.access_token)
        return self._somebodies[role]

    async def _revoked(self, owner: UserId) -> dict[str, str]:
        issued = await self._key_of(owner)
        await self.api.app.api_keys.revoke(issued.id, by=Actor(owner, Role.USER))
        return {"authorization": f"Bearer {issued.key}"}

    async def _key_of(self, owner: UserId) -> NewKey:
        """A new one, that lives for a minute: nobody may have many."""
        wanted = KeyRequest(name="new", scopes=frozenset({"*"}), lasts=timedelta(minutes=1))
        return await self.api.app.api_keys.issue(wanted, by=Actor(owner, Role.USER))

    async def acts_of(self, request_id: str) -> bool:
        """Whether it was written down what the request did, and who sent it."""
        rows = await self.stage._rows(ACTS, request=request_id)
        assert all(row.actor_id and row.owner_id for row in rows)
        return bool(rows)

    async def ask(
        self, name: str, row: Row, things: dict[str, str], headers: dict[str, str]
    ) -> httpx.Response:
        method, path = name.split()
        path = filled(path.replace("_id}", "}"), things) + row.query
        body = filled(row.body, things)
        answer = await self.client.request(method, path, json=body, headers=headers)
        if path.endswith("/logout"):
            self._somebodies.clear()
        return answer


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
