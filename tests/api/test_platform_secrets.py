"""The API and a worker as processes: no secret in what they say, no forged line, nothing inside fetched."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from sqlalchemy.engine import make_url

from pixcrawler.adapters.embedded.client import EmbeddedServers
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.settings import load_settings
from tests.api.conftest import problem
from tests.api.served import PATIENCE, Served, serving_process
from tests.databases import Databases
from tests.processes import Running, running

CANARY = "canary7f3a"


class Listener:
    """Something inside that nobody may reach: it counts who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self.port = 0

    async def __aenter__(self) -> "Listener":
        self._server = await asyncio.start_server(self._heard, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _heard(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.knocks += 1
        writer.close()


@dataclass(frozen=True)
class Platform:
    served: Served
    worker: Running
    client: httpx.AsyncClient
    key: str
    database_url: str

    async def made(self, path: str, body: dict[str, Any]) -> str:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def ended(self, job: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while True:
                progress: dict[str, Any] = (await self.client.get(f"/jobs/{job}/progress")).json()
                if progress["status"] not in {"pending", "running"}:
                    return progress
                await asyncio.sleep(0.1)

    @property
    def lines(self) -> list[str]:
        return [*self.served.process.err.splitlines(), *self.worker.err.splitlines()]


@pytest.fixture(scope="module")
async def platform(
    databases: Databases, template: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Platform]:
    home = tmp_path_factory.mktemp("home")
    async with databases.copy_of(template) as url:
        variables = {
            "PIXCRAWLER_ENVIRONMENT": "test",
            "PIXCRAWLER_HOME": str(home),
            "PIXCRAWLER_LOG_LEVEL": "debug",
            "PIXCRAWLER_LOG_FORMAT": "json",
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "REDIS_PREFIX": f"test-{uuid.uuid4().hex}",
            "SOURCE_OPENVERSE_API_KEY": f"{CANARY}-source-key",
        }
        async with open_app(load_settings(variables)) as app:
            key = (await app.identity.make_superuser("ann")).key
        env = {**os.environ, **variables}
        async with running("worker", env=env, cwd=home) as worker, serving_process(env, home) as served:
            headers = {"authorization": f"Bearer {key}"}
            async with httpx.AsyncClient(
                base_url=f"{served.url}/api/v1", headers=headers, timeout=PATIENCE
            ) as client:
                yield Platform(served, worker, client, key, url)


async def test_a_list_of_addresses_inside_reaches_nothing_and_says_why(platform: Platform) -> None:
    async with Listener() as inside:
        hosts = ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "017700000001", "127.1"]
        hosts += ["0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]"]
        urls = [f"http://{host}:{inside.port}/{n}.jpg" for n, host in enumerate(hosts)]
        urls += [f"http://{host}/{n}.jpg" for n, host in enumerate(hosts)]
        urls += [
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/1.jpg",
            "http://[fe80::1]/1.jpg",
        ]
        urls += ["http://192.168.0.1:8080/1.jpg", "http://100.64.0.1/1.jpg", "http://[fd00::1]/1.jpg"]
        project = await platform.made("/projects", {"name": "Inside"})
        taken, denied = [], 0
        for url in urls:
            body = {"project_id": project, "url_list": {"format": "txt", "content": url}}
            answer = await platform.client.post("/jobs", json=body)
            if answer.is_error:
                assert problem(answer)[:2] == (422, "INVALID_URL_LIST")
                denied += 1
            else:
                taken.append(url)
        body = {"project_id": project, "url_list": {"format": "txt", "content": "\n".join(taken)}}
        job = await platform.made("/jobs", body)
        started = await platform.client.post(f"/jobs/{job}/start", headers={"x-request-id": "find-me-1"})
        assert started.status_code == 202
        progress = await platform.ended(job)
        assert progress["accepted"] == 0
        assert set(progress["reasons"]) <= {"address_denied", "bad_url"}
        assert progress["reasons"]["address_denied"] > 10
        assert sum(progress["reasons"].values()) + denied <= len(urls)
        assert inside.knocks == 0


async def test_the_id_of_a_request_leads_to_the_workers_lines(platform: Platform) -> None:
    project = await platform.made("/projects", {"name": "Traced"})
    body = {"project_id": project, "url_list": {"format": "txt", "content": "http://127.0.0.1/1.jpg"}}
    job = await platform.made("/jobs", body)
    await platform.client.post(f"/jobs/{job}/start", headers={"x-request-id": "find-me-2"})
    await platform.ended(job)
    tasks = (await platform.client.get(f"/jobs/{job}/tasks")).json()["items"]
    assert {task.get("request_id") for task in tasks} == {"find-me-2"}
    assert any(
        one["request_id"] == "find-me-2"
        for one in (await platform.client.get(f"/jobs/{job}/logs")).json()["items"]
    )
    await platform.worker.says("find-me-2")
    (line, *_) = [one for one in platform.worker.err.splitlines() if "find-me-2" in one]
    assert msgspec.json.decode(line)["request_id"] == "find-me-2"


@contextlib.asynccontextmanager
async def no_database(platform: Platform, servers: EmbeddedServers) -> AsyncIterator[None]:
    """For as long as the block lasts, nobody gets in."""
    name = make_url(platform.database_url).database
    admin = await asyncpg.connect(servers.database_url.replace("postgresql+asyncpg", "postgresql"))
    try:
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        yield
    finally:
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await admin.close()


async def test_no_secret_and_no_forged_line_is_in_what_the_processes_say(
    platform: Platform, servers: EmbeddedServers
) -> None:
    forged = f'x\r\n{{"event": "{CANARY}-forged"}}\n'
    secrets = {
        "authorization": f"Basic {CANARY}-basic",
        "cookie": f"session={CANARY}-cookie",
        "idempotency-key": f"{CANARY}-once",
        "x-api-key": f"{CANARY}-header",
        "x-request-id": f"{CANARY}-id with blanks",
    }
    shapes = [
        f"Bearer {CANARY}-bearer",
        f"pxc_live_{CANARY}",
        f"Token {CANARY}",
        f"Bearer pxc_live_{CANARY * 3}",
    ]
    async with httpx.AsyncClient(base_url=platform.served.url) as stranger:
        for shape in [secrets["authorization"], *shapes]:
            headers = {**secrets, "authorization": shape}
            answer = await stranger.get(f"/api/v1/jobs?token={CANARY}-query", headers=headers)
            assert answer.status_code == 401
        await stranger.get(f"/{CANARY}-path%0d%0a{CANARY}-forged")
    headers = {**secrets, "authorization": f"Bearer {platform.key}"}
    bodies = [
        b'{"name": "%b-body"' % CANARY.encode(),
        msgspec.json.encode({"name": forged}),
        b"\xff" + CANARY.encode(),
    ]
    bodies += [
        msgspec.json.encode({f"{CANARY}-field": 1}),
        msgspec.json.encode({"name": f"{CANARY}-name", "x": 1}),
    ]
    for body in bodies:
        answer = await platform.client.post("/projects", content=body, headers=headers)
        assert answer.status_code in {400, 422}
    for path in (f"/sources/{CANARY}%0d%0aforged", f"/jobs?status={CANARY}%0a"):
        assert (await platform.client.get(path, headers=headers)).status_code in {404, 422}
    wanted = {"source": "openverse", "keyword": f"{CANARY}\r\nforged"}
    await platform.client.post("/sources/preview", json=wanted, headers=headers)
    async with no_database(platform, servers):
        for path in ("/jobs", "/projects"):
            answer = await platform.client.get(path, headers=headers)
            assert problem(answer)[0] == 503
            assert answer.headers["retry-after"]
    said = platform.lines
    password = make_url(platform.database_url).password
    assert password
    told = [line for line in said for secret in (CANARY, platform.key, password) if secret in line]
    assert told == []
    assert len([line for line in said if '"request"' in line]) > 15
    for line in said:
        assert "event" in msgspec.json.decode(line), line
