"""A settled job whose pictures have files, and the worker's acts that make versions and exports of it."""

import dataclasses
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import text

from pixcrawler.adapters.imaging.near import MultiIndexNearDuplicates
from pixcrawler.application.ports.lease import Lease
from pixcrawler.bootstrap.app import App
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.entrypoints.worker.table import tasks
from pixcrawler.entrypoints.worker.task import Patience
from tests.api.image_room import ImageRoom
from tests.contract.stages import PostgresStage
from tests.servers.pictures import picture

V1 = "/api/v1"


async def furnish(app: App, stage: PostgresStage, job: CrawlJobId) -> None:
    """A file of its own for each accepted picture."""
    async with stage.engine.begin() as connection:
        images = await connection.execute(
            text("SELECT id, key FROM images WHERE job_id = :job AND state = 'accepted'"), {"job": job}
        )
        for number, (image, key) in enumerate(images.all(), start=1):
            data = picture(number)
            await app.imaging.store.put(key, data)
            size = {"bytes": len(data), "image": image}
            await connection.execute(text("UPDATE images SET bytes = :bytes WHERE id = :image"), size)


async def work(app: App) -> None:
    """Do all tasks that build something, as a worker would: the API itself compares no pictures."""
    build = dataclasses.replace(app.datasets.build_version, near_duplicates=MultiIndexNearDuplicates())
    app = dataclasses.replace(app, datasets=dataclasses.replace(app.datasets, build_version=build))
    minute = timedelta(minutes=1)
    known = tasks(app, Patience(minute, 1, minute))
    while claimed := await app.tasks.claim("build", "shared", worker="test", lease=minute):
        task, lease = known[claimed.name], Lease(claimed.id, claimed.token)
        try:
            await task.run(claimed.payload, lease)
        except DomainError as error:
            if task.give_up is None:
                raise
            await task.give_up(claimed.payload, lease, error)
        if not lease.closed:
            await app.tasks.close(lease)


class DatasetRoom:
    """Asks as the owner of the job, unless it is told another key."""

    def __init__(self, room: ImageRoom) -> None:
        self.room, self.app = room, room.app
        self.project, self.job = str(room.play.job.project_id), str(room.play.job.id)

    async def ask(self, method: str, path: str, status: int = 200, **given: Any) -> httpx.Response:
        answer = await self.room.client.request(method, f"{V1}{path}", **given)
        assert answer.status_code == status, answer.text
        return answer

    async def made(self, **body: Any) -> str:
        wanted = {"project_id": self.project, "name": "Pets", "selection": {"jobs": [self.job]}, **body}
        return str((await self.ask("POST", "/datasets", 201, json=wanted)).json()["id"])

    async def built(self, dataset: str) -> dict[str, Any]:
        asked = (await self.ask("POST", f"/datasets/{dataset}/build", 202, json={})).json()["version"]
        await work(self.app)
        found = await self.ask("GET", f"/datasets/{dataset}/versions/{asked['number']}")
        version: dict[str, Any] = found.json()
        return version

    async def exported(self, dataset: str, **body: Any) -> dict[str, Any]:
        wanted = {"dataset_id": dataset, "format": "imagefolder", **body}
        asked = (await self.ask("POST", "/exports", 202, json=wanted)).json()["export"]
        await work(self.app)
        export: dict[str, Any] = (await self.ask("GET", f"/exports/{asked['id']}")).json()
        return export
