"""People with keys and projects, and their jobs; looked at over HTTP. Each test brings its own people."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.settings import load_settings
from tests.api.conftest import Api, open_client, opening
from tests.contract.stages import PostgresStage
from tests.databases import Databases

V1 = "/api/v1"
JsonObject = dict[str, Any]


class Person:
    """Somebody with a key. ``client`` sends it."""

    def __init__(self, actor: Actor, client: httpx.AsyncClient) -> None:
        self.actor, self.client = actor, client

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, f"{V1}{path}", json=body, headers=sent)

    async def made(self, path: str, body: object, **headers: str) -> JsonObject:
        answer = await self.ask("POST", path, body, **headers)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"{V1}{path}/{answer.json()['id']}"
        found: JsonObject = answer.json()
        return found

    async def got(self, path: str) -> JsonObject:
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        found: JsonObject = answer.json()
        return found

    async def project(self, name: str = "Foxes") -> str:
        return str((await self.made("/projects", {"name": name}))["id"])

    async def job(self, **more: object) -> str:
        """A pending one, in a project of its own."""
        project = await self.project(f"Project {uuid.uuid4()}")
        body = {"project_id": project, "keywords": ["red fox"], **more}
        return str((await self.made("/jobs", body))["id"])

    async def started(self) -> str:
        job = await self.job()
        assert (await self.ask("POST", f"/jobs/{job}/start")).status_code == 202
        return job


class JobRoom:
    def __init__(self, api: Api, stage: PostgresStage) -> None:
        self.api, self.stage = api, stage
        self.clients: list[httpx.AsyncClient] = []

    async def person(self, *scopes: str, role: Role = Role.USER) -> Person:
        profile = self.stage.make.profile(role=role)
        async with self.stage.transaction() as tx:
            await tx.profiles.add(profile)
            await tx.commit()
        return await self.keyed(Actor(profile.id, role), *scopes)

    async def keyed(self, actor: Actor, *scopes: str) -> Person:
        """The same person with another key."""
        wanted = KeyRequest(name="test", scopes=frozenset(scopes or ("*",)))
        issued = await self.api.app.api_keys.issue(wanted, by=actor)
        client = open_client(self.api.litestar, issued.key)
        self.clients.append(client)
        return Person(actor, client)

    async def end(self, job: str, status: JobStatus, **changes: object) -> None:
        """Let the job be in this state."""
        async with self.stage.transaction() as tx:
            row = await tx.crawl_jobs.locked(CrawlJobId(uuid.UUID(job)))
            row.status = status
            for name, value in changes.items():
                setattr(row, name, value)
            await tx.crawl_jobs.save(row)
            await tx.commit()


async def job_room(
    databases: Databases, template: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[JobRoom]:
    """For a fixture of module scope."""
    async with databases.copy_of(template) as url:
        variables = {
            "PIXCRAWLER_ENVIRONMENT": "test",
            "PIXCRAWLER_HOME": str(tmp_path_factory.mktemp("home")),
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "REDIS_PREFIX": f"test-{uuid.uuid4().hex}",
        }
        engine = open_engine(PostgresConfig(url=url, pool_size=2))
        async with opening(lambda **more: load_settings({**variables, **more})) as open_it:
            room = JobRoom(await open_it(), PostgresStage(engine, url))
            yield room
            for client in room.clients:
                await client.aclose()
        await engine.dispose()
