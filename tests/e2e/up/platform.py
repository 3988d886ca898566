"""`pixcrawler up` as somebody starts it, and what they do with it over HTTP."""

import asyncio
import json
import signal
import socket
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.e2e.conftest import Shell
from tests.processes import PATIENCE, Running, until

API = "pixcrawler.entrypoints.http"
WORKER = "pixcrawler.entrypoints.worker"
Json = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def eventually(holds: Callable[[], Awaitable[bool]], what: str, *, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(0.1)


class Client:
    """The API at one port, asked with one key."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str, **params: str | int) -> Json:
        return self._read(await self.http.get(f"/api/v1{path}", params=params), 200)

    async def post(self, path: str, body: Json | None = None, *, status: int) -> Json:
        return self._read(await self.http.post(f"/api/v1{path}", json=body), status)

    def _read(self, answer: httpx.Response, status: int) -> Json:
        assert answer.status_code == status, answer.text
        document: Json = answer.json()
        return document

    async def new_job(self, **request: Any) -> str:
        """A pending job in a project of its own."""
        project = await self.post("/projects", {"name": f"foxes {uuid.uuid4()}"}, status=201)
        asked = {"project_id": project["id"], "keywords": ["fox"], "max_images": 100, **request}
        job = await self.post("/jobs", asked, status=201)
        assert job["status"] == "pending"
        return str(job["id"])

    async def start(self, job: str) -> None:
        begun = await self.post(f"/jobs/{job}/start", status=202)
        assert (begun["job_id"], begun["status"]) == (job, "running")
        assert begun["task_ids"]

    async def started_job(self, **request: Any) -> str:
        job = await self.new_job(**request)
        await self.start(job)
        return job

    async def progress(self, job: str) -> Json:
        return await self.get(f"/jobs/{job}/progress")

    async def watched(self, job: str) -> list[Json]:
        """Every snapshot of one stream of its events, up to its end."""
        found: list[Json] = []
        kind = ""
        async with self.http.stream("GET", f"/api/v1/jobs/{job}/events", timeout=120) as stream:
            assert stream.status_code == 200
            async for line in stream.aiter_lines():
                name, _, value = line.partition(": ")
                kind = value if name == "event" else kind
                if name == "data" and kind == "progress":
                    found.append(json.loads(value))
                if name == "data" and kind == "end":
                    assert json.loads(value)["status"] == found[-1]["status"]
                    return found
        raise AssertionError(f"the stream ended without its end: {found[-1:]}")

    async def settled(self, job: str) -> Json:
        """How it stands when it runs no more, however often the connection breaks on the way."""
        while True:
            try:
                return (await self.watched(job))[-1]
            except (httpx.HTTPError, AssertionError):
                await self.is_back()

    async def is_back(self) -> None:
        """Until the API answers and its database does."""

        async def answers() -> bool:
            try:
                health = (await self.http.get("/health/detailed")).json()
            except httpx.HTTPError:
                return False
            return bool(health["database"]["ok"])

        await eventually(answers, "the API is back")

    async def images(self, job: str) -> list[Json]:
        found: list[Json] = []
        page: Json = {"next_cursor": ""}
        while (cursor := page["next_cursor"]) is not None:
            more = {"cursor": cursor} if cursor else {}
            page = await self.get(f"/jobs/{job}/images", size=30, **more)
            found += page["items"]
        return found


@dataclass
class Platform(Client):
    """One running `up`."""

    running: Running
    http: httpx.AsyncClient
    key_file: Path
    port: int

    def processes(self, module: str) -> list[psutil.Process]:
        """Our API's or workers' main processes, as they are now."""
        children = psutil.Process(self.running.pid).children()
        return [one for one in children if module in " ".join(one.cmdline())]

    async def kill(self, module: str) -> None:
        """kill -9 one of them; it is back when this returns."""
        victim = self.processes(module)[0]
        victim.send_signal(signal.SIGKILL)
        await until(lambda: not victim.is_running(), "it is gone")
        await until(
            lambda: any(one.pid != victim.pid for one in self.processes(module)), f"`up` brings {module} back"
        )

    async def stop(self) -> None:
        """SIGTERM to `up` alone: a clean end of all in 30 s."""
        self.running.process.send_signal(signal.SIGTERM)
        done = await self.running.end(seconds=30)
        assert done.code == 0, done.err


@asynccontextmanager
async def platform(shell: Shell, *arguments: str, **more: str) -> AsyncIterator[Platform]:
    """Up and answering."""
    port = free_port()
    async with shell.starts("up", "--port", str(port), *arguments, **more) as running:
        await running.says("PixCrawler is up")
        key_file = Path({**shell.environ, **more}["PIXCRAWLER_HOME"]) / "superuser.key"
        async with client(port, key_file.read_text().strip()) as http:
            try:
                yield Platform(running=running, http=http, key_file=key_file, port=port)
            except BaseException:
                print(running.err)  # for who reads why the test failed
                raise


@asynccontextmanager
async def client(port: int, key: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as http:
        yield http
