"""Schemathesis on every operation: the API does what its OpenAPI document says, whatever it is sent.

All checks are on, also whether one user gets what is another's. The document, the API process, Postgres and
Valkey are the real ones.
"""

import asyncio
import os
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.api import image_room
from tests.api.conftest import Api
from tests.api.dataset_room import DatasetRoom, furnish
from tests.api.drawn import OPERATIONS
from tests.api.image_room import ImageRoom
from tests.api.served import PATIENCE, Served, serving_process
from tests.processes import Finished, finished, running
from tests.servers.openverse import OpenverseServer
from tests.servers.pictures import picture

SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
SETTINGS = """
hooks = "{hooks}"
seed = 20261121
continue-on-failure = true
max-stream-events = 2
request-timeout = 20

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 413, 415, 422, 428, 429]

[auth.wfc]
path = "{keys}"
peers = ["ann", "bob"]
"""
"""``max-stream-events``: a job's events go on for as long as it runs."""

SIGNED = {f"{method} /api/v1/files/{{filename}}" for method in ("GET", "HEAD")}
"""Nobody guesses a signature."""
SUPERUSERS = {name for name in OPERATIONS if "/api/v1/policies/" in name} | {
    "POST /api/v1/datasets/{dataset_id}/versions/{number}/cancel"
}
"""Ann is none; and a version of hers is built before she could cancel it."""


@dataclass(frozen=True)
class Run:
    """What one run of Schemathesis found: its report, and the statuses that each operation gave."""

    ended: Finished
    report: dict[str, Any]
    statuses: dict[str, list[int]]


class Subject:
    """The API with something in it, and Schemathesis beside it."""

    def __init__(self, served: Served, folder: Path, seen: dict[str, Any]) -> None:
        self.served, self.folder = served, folder
        self.seen = {"SEEN": msgspec.json.encode(seen).decode()}

    async def run(self, *options: str) -> Run:
        report, events = self.folder / "report.json", self.folder / "events.ndjson"
        ended = await finished(
            "--config-file",
            self.folder / "schemathesis.toml",
            "run",
            f"{self.served.url}/schema/openapi.json",
            "--checks=all",
            "--report=json,ndjson",
            f"--report-json-path={report}",
            f"--report-ndjson-path={events}",
            *options,
            env={**os.environ, **self.seen},
            cwd=self.folder,
            seconds=1_800,
            command=SCHEMATHESIS,
        )
        assert report.exists(), ended.out + ended.err
        return Run(ended, msgspec.json.decode(report.read_bytes()), statuses(events))


def statuses(events: Path) -> dict[str, list[int]]:
    """By operation, from the log of a run."""
    found: dict[str, list[int]] = defaultdict(list)
    for line in events.read_bytes().splitlines():
        recorder = msgspec.json.decode(line).get("ScenarioFinished", {}).get("recorder", {})
        for name, talk in recorder.get("interactions", {}).items():
            case = recorder["cases"][name]["value"]
            if talk.get("response"):
                found[f"{case['method']} {case['path']}"].append(talk["response"]["status_code"])
    return dict(found)


@pytest.fixture
async def subject(api: Api, environ: dict[str, str], tmp_path: Path) -> AsyncIterator[Subject]:
    async with OpenverseServer() as openverse:
        for work in openverse.works:
            work["url"] = f"{openverse.url}/{work['id']}.jpg"
        environ |= {
            "SOURCE_OPENVERSE_BASE_URL": openverse.base_url,
            "SOURCE_OPENVERSE_INTERVAL": "0",
            "SOURCE_WIKIMEDIA_ENABLED": "false",
            "SOURCE_WEB_ENABLED": "false",
            "SOURCE_FEED_ENABLED": "false",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1:{openverse.port}",
        }
        worker = running("worker", env=environ, cwd=tmp_path)
        async with worker, serving_process(environ, tmp_path) as served:
            await healthy(served)
            async for room in image_room.image_room(api):
                await room.play_file(picture(1))
                folder = tmp_path / "schemathesis"
                folder.mkdir()
                yield await prepared(served, room, folder)


async def healthy(served: Served) -> None:
    """The worker is seen: from now on the platform lacks nothing, and no answer may be 5xx."""
    async with httpx.AsyncClient(base_url=served.url) as client, asyncio.timeout(PATIENCE):
        while (await client.get("/health/detailed")).status_code != 200:
            await asyncio.sleep(0.1)


async def prepared(served: Served, room: ImageRoom, folder: Path) -> Subject:
    ann, bob = await room.key_of(room.play.job.owner_id), await room.stranger()
    users = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": key["authorization"]}]}
        for name, key in (("ann", ann), ("bob", bob))
    ]
    keys = folder / "keys.json"
    keys.write_bytes(msgspec.json.encode({"auth": users}))
    hooks = Path(__file__).with_name("schemathesis_hooks.py")
    (folder / "schemathesis.toml").write_text(SETTINGS.format(hooks=hooks, keys=keys))
    seen = {
        "url": f"{served.url}/api/v1",
        "headers": ann,
        "project": str(room.play.job.project_id),
        "jobs": [str(room.play.job.id)],
        **await with_datasets(room),
        "images": [str(room.image[name]) for name in "da"],
        "spare_images": [str(room.image["e"])],
    }
    return Subject(served, folder, seen)


async def with_datasets(room: ImageRoom) -> dict[str, Any]:
    """Made by the worker that runs beside."""
    await furnish(room.app, room.stage, room.play.job.id)
    datasets = DatasetRoom(room)
    key = await datasets.made()
    await datasets.ask("POST", f"/datasets/{key}/build", 202, json={})
    await ready(datasets, f"/datasets/{key}/versions/1")
    wanted = {"dataset_id": key, "format": "imagefolder"}
    export = (await datasets.ask("POST", "/exports", 202, json=wanted)).json()["export"]["id"]
    await ready(datasets, f"/exports/{export}")
    (file,) = (await datasets.ask("GET", "/storage/files")).json()["items"]
    return {"datasets": [key], "exports": [export], "file": file["key"]}


async def ready(room: DatasetRoom, path: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (found := (await room.ask("GET", path)).json())["status"] != "ready":
            assert found["failure"] is None
            await asyncio.sleep(0.1)


def check(run: Run) -> None:
    assert run.report["failures"] == run.report["errors"] == [], run.ended.out
    assert run.ended.code == 0, run.ended.out
    operations = run.report["operations"]
    assert operations["tested"] == operations["total"] == len(OPERATIONS)
    silent = {name for name in OPERATIONS if min(run.statuses[name]) >= 300} - SIGNED - SUPERUSERS
    assert not silent, f"never seen to work: { {name: Counter(run.statuses[name]) for name in silent} }"
    assert max(status for found in run.statuses.values() for status in found) < 500


@pytest.mark.long
async def test_every_operation_does_what_the_document_says(subject: Subject) -> None:
    check(await subject.run("--max-examples=100"))
