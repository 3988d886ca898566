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
from sqlalchemy import text

from pixcrawler.domain.shared.actor import Role
from tests.api import image_room
from tests.api.conftest import Api
from tests.api.dataset_room import DatasetRoom, furnish
from tests.api.drawn import OPERATIONS
from tests.api.image_room import ImageRoom
from tests.api.served import PATIENCE, Served, serving_process
from tests.api.sessions import bearer, session_of
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
peers = ["{who}", "{other}"]
"""
"""``max-stream-events``: a job's events go on for as long as it runs."""

ADMIN = r"^/api/v1/(policies/|users$|users/\{user_id\})"
"""What only superusers may."""
ENDING = r"^/api/v1/(auth/logout|auth/password|users/me)$"
"""After which who asked is nobody any more."""
ALONE = ("--max-examples=100", "--phases=examples,coverage,fuzzing")
"""For operations that no link leads to."""
MANY_JOBS = text("UPDATE profiles SET plan = 'enterprise' WHERE id = :id")
SELDOM = {
    "GET /api/v1/files/{filename}": "nobody guesses a signature",
    "HEAD /api/v1/files/{filename}": "nobody guesses a signature",
    "POST /api/v1/auth/login": "nobody guesses a password",
    "POST /api/v1/auth/password": "nobody guesses a password",
    "DELETE /api/v1/users/me": "nobody guesses a password",
    "POST /api/v1/auth/refresh": "nobody guesses a token",
    "POST /api/v1/auth/password-reset": "the built-in provider sends no mail",
    "POST /api/v1/datasets/{dataset_id}/versions/{number}/cancel": "it is built before it could be cancelled",
    "POST /api/v1/policies/archival/{policy_id}/execute": "there is no store to archive to",
}
"""What is not seen to work here, and why."""
UNLIMITED = {
    f"LIMITER_{name}_PER_MINUTE": "1000000" for name in ("USER", "WRITES", "COSTLY", "STRANGERS", "LOGINS")
}


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

    async def run(self, *options: str, who: str = "ann", other: str = "bob") -> Run:
        hooks, keys = Path(__file__).with_name("schemathesis_hooks.py"), self.folder / "keys.json"
        settings = SETTINGS.format(hooks=hooks, keys=keys, who=who, other=other)
        (self.folder / "schemathesis.toml").write_text(settings)
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
            **UNLIMITED,
        }
        worker = running("worker", env=environ, cwd=tmp_path)
        async with worker, serving_process(environ, tmp_path) as served:
            await healthy(served)
            async for room in image_room.image_room(api):
                await room.play_file(picture(1))
                folder = tmp_path / "schemathesis"
                folder.mkdir()
                yield await prepared(served, api, room, folder)


async def healthy(served: Served) -> None:
    """The worker is seen: from now on the platform lacks nothing, and no answer may be 5xx."""
    async with httpx.AsyncClient(base_url=served.url) as client, asyncio.timeout(PATIENCE):
        while (await client.get("/health/detailed")).status_code != 200:
            await asyncio.sleep(0.1)


async def prepared(served: Served, api: Api, room: ImageRoom, folder: Path) -> Subject:
    """Ann has something of everything, bob and carl nothing; sue is a superuser."""
    ann = await session_of(room.stage.engine, room.play.job.owner_id)
    async with room.stage.engine.begin() as connection:
        await connection.execute(MANY_JOBS, {"id": room.play.job.owner_id})
    sue = bearer((await api.person(Role.SUPERUSER)).session.access_token)
    who = {"ann": ann, "sue": sue}
    who |= {name: bearer((await api.person()).session.access_token) for name in ("bob", "carl")}
    users = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": headers["authorization"]}]}
        for name, headers in who.items()
    ]
    (folder / "keys.json").write_bytes(msgspec.json.encode({"auth": users}))
    room.client.headers.update(ann)
    datasets, exports, file = await with_datasets(room)
    more, notifications = await with_more(room, ann, sue)
    seen = {
        "url": f"{served.url}/api/v1",
        "headers": ann,
        "sue": sue,
        "project": str(room.play.job.project_id),
        "file": file,
        "things": {
            "job_id": [str(room.play.job.id)],
            "image_id": [str(room.image[name]) for name in "da"],
            "dataset_id": datasets,
            "export_id": exports,
            "notification_id": notifications[:1],
            **more,
        },
        "spares": {
            "image_id": [str(room.image["e"])],
            "notification_id": notifications[1:],
            "validation_id": [],
            "execution_id": [],
        },
    }
    return Subject(served, folder, seen)


async def with_more(
    room: ImageRoom, ann: dict[str, str], sue: dict[str, str]
) -> tuple[dict[str, list[str]], list[str]]:
    """One of each of the rest, and what ann was told meanwhile."""

    async def made(by: dict[str, str], path: str, part: str = "id", /, **body: object) -> list[str]:
        answer = await room.client.post(f"/api/v1/{path}", json=body, headers=by)
        assert answer.status_code in (201, 202), answer.text
        return [str(answer.json()[part])]

    policy: dict[str, Any] = {"name": "Old ones", "after_days": 1, "enabled": False}
    repeated: dict[str, Any] = {"cadence": {"every": 1, "unit": "days"}, "enabled": False}
    (cleanup,) = await made(sue, "policies/cleanup", **policy, target="failed_exports")
    execute = f"policies/cleanup/{cleanup}/execute?dry_run=true"
    things = {
        "key_id": await made(ann, "api-keys", name="laptop", scopes=["read"]),
        "schedule_id": await made(ann, "schedules", job_id=str(room.play.job.id), **repeated),
        "validation_id": await made(
            ann, "validation/analyze", "validation_id", image_id=str(room.image["d"])
        ),
        "policy_id": [cleanup],
        "archival_policy_id": await made(sue, "policies/archival", **policy),
        "execution_id": await made(sue, execute, "execution_id"),
        "user_id": await made(sue, "users", email="dan@example.org", password="correct horse"),
    }
    async with asyncio.timeout(PATIENCE):
        while True:
            told = (await room.client.get("/api/v1/notifications", headers=ann)).json()["items"]
            if len(told) > 1:
                return things, [one["id"] for one in told]
            await asyncio.sleep(0.1)


async def with_datasets(room: ImageRoom) -> tuple[list[str], list[str], str]:
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
    return [key], [export], file["key"]


async def ready(room: DatasetRoom, path: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (found := (await room.ask("GET", path)).json())["status"] != "ready":
            assert found["failure"] is None
            await asyncio.sleep(0.1)


def check(run: Run) -> None:
    assert run.report["failures"] == run.report["errors"] == [], run.ended.out
    assert run.ended.code == 0, run.ended.out
    assert max(status for found in run.statuses.values() for status in found) < 500


@pytest.mark.long
async def test_every_operation_does_what_the_document_says(subject: Subject) -> None:
    apart = f"--exclude-path-regex={ADMIN}|{ENDING}"
    runs = [
        await subject.run("--max-examples=100", apart),
        await subject.run("--max-examples=100", f"--include-path-regex={ADMIN}", who="sue", other="bob"),
        await subject.run(*ALONE, f"--include-path-regex={ENDING}", who="carl", other="bob"),
    ]
    for run in runs:
        check(run)
    seen = {name: [status for run in runs for status in run.statuses.get(name, ())] for name in OPERATIONS}
    assert all(seen.values()), [name for name, found in seen.items() if not found]
    silent = {name for name in OPERATIONS if min(seen[name]) >= 300} - SELDOM.keys()
    assert not silent, f"never seen to work: { {name: Counter(seen[name]) for name in silent} }"
