"""A job's events from real API processes: many listeners, a stop under way, a database that goes away."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.entrypoints.http.live import LiveJobs
from tests.api.conftest import Api
from tests.contract.stages import PostgresStage, scene
from tests.processes import Running, running

PATIENCE = 60.0


class Stream:
    """What one connection hears."""

    def __init__(self, answer: httpx.Response) -> None:
        self.headers = answer.headers
        self._lines = answer.aiter_lines()

    async def message(self) -> dict[str, Any]:
        """The next one: its fields, ``data`` decoded; empty when the stream is over."""
        fields: dict[str, Any] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if not line and fields:
                    return fields
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = msgspec.json.decode(value) if name == "data" else value
        return fields

    async def until(self, **wanted: object) -> dict[str, Any]:
        """The first snapshot with these values."""
        while True:
            message = await self.message()
            assert message, f"the stream is over, without {wanted}"
            if all(message["data"].get(name) == value for name, value in wanted.items()):
                return message


class Theatre:
    """A running job in the database, the API in a process, clients with its owner's key."""

    def __init__(
        self, stage: PostgresStage, job: CrawlJob, client: httpx.AsyncClient, server: Running
    ) -> None:
        self.stage, self.job, self.client, self.server = stage, job, client, server

    async def change(self, **values: Any) -> None:
        async with self.stage.transaction() as tx:
            job = await tx.crawl_jobs.locked(self.job.id)
            for name, value in values.items():
                setattr(job, name, value)
            await tx.crawl_jobs.save(job)
            await tx.commit()

    @asynccontextmanager
    async def listening(self, **headers: str) -> AsyncIterator[Stream]:
        path = f"/api/v1/jobs/{self.job.id}/events"
        async with self.client.stream("GET", path, headers=headers) as answer:
            assert answer.status_code == 200
            yield Stream(answer)


def free_port() -> int:
    with socket.socket() as finding:
        finding.bind(("127.0.0.1", 0))
        port: int = finding.getsockname()[1]
        return port


@pytest.fixture
async def theatre(
    api: Api, database_url: str, environ: dict[str, str], tmp_path: Path
) -> AsyncIterator[Theatre]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=2))
    stage = PostgresStage(engine, database_url)
    play = await scene(stage)
    port = free_port()
    environ = {**environ, "API_PORT": str(port), "API_HOST": "127.0.0.1"}
    serve = ("-m", "pixcrawler.entrypoints.http")
    async with running(*serve, env=environ, cwd=tmp_path, command=sys.executable) as server:
        limits = httpx.Limits(max_connections=None)
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=PATIENCE)
        client.headers["authorization"] = f"Bearer {api.key}"
        async with client:
            await until_answers(client)
            yield Theatre(stage, play.job, client, server)
    await engine.dispose()


async def until_answers(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get("/health")).status_code == 200:
                    return
            await asyncio.sleep(0.02)


async def test_a_listener_hears_news_changes_and_the_end_and_holds_up_no_stop(
    theatre: Theatre,
) -> None:
    async with theatre.listening() as stream:
        first = await stream.message()
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        assert (first["event"], first["data"]["status"]) == ("progress", "running")
        await theatre.change(good=3, found=4)
        changed = await stream.until(good=3)
        assert changed["id"] == str(changed["data"]["version"])
        async with theatre.listening(**{"last-event-id": first["id"]}) as second:
            assert (await second.message())["data"]["good"] == 3
        await theatre.change(status=JobStatus.CANCELLED)
        last = await stream.until(status="cancelled")
        end = await stream.message()
        assert (last["event"], end["event"], end["id"]) == ("progress", "end", last["id"])
        assert await stream.message() == {}
    theatre.job = (await scene(theatre.stage)).job
    await _it_stops_though_somebody_listens(theatre)


async def _it_stops_though_somebody_listens(theatre: Theatre) -> None:
    async with theatre.listening() as stream:
        await stream.message()
        theatre.server.send(signal.SIGTERM)
        ended = await theatre.server.end(seconds=15)
        assert ended.code == 0
        with pytest.raises((httpx.TransportError, AssertionError)):
            await stream.until(status="never")


async def test_a_connection_that_breaks_off_leaves_nothing_behind(api: Api, database_url: str) -> None:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=2))
    play = await scene(PostgresStage(engine, database_url))
    await engine.dispose()
    live: LiveJobs = api.litestar.state.live_jobs
    port = free_port()
    server = Server(api.litestar, address="127.0.0.1", port=port, interface=Interfaces.ASGINL)
    serving = asyncio.ensure_future(server.serve())
    headers = {"authorization": f"Bearer {api.key}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        await until_answers(client)
        for _ in range(3):
            async with client.stream("GET", f"/api/v1/jobs/{play.job.id}/events") as answer:
                await Stream(answer).message()
                assert live.listeners == 1
            async with asyncio.timeout(PATIENCE):
                while live.listeners:
                    await asyncio.sleep(0.01)
    server.stop()  # type: ignore[no-untyped-call]
    await serving
