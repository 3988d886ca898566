"""Finished crawls, and all that people can do with datasets of them."""

from pathlib import Path
from typing import Any

import msgspec

from pixcrawler.application.datasets.cancel_build import CancelBuild
from pixcrawler.application.datasets.change_dataset import ChangeDataset
from pixcrawler.application.datasets.create_dataset import CreateDataset, NewDataset
from pixcrawler.application.datasets.delete_dataset import DeleteDataset
from pixcrawler.application.datasets.request_version import RequestVersion
from pixcrawler.application.datasets.split_dataset import SplitDataset
from pixcrawler.application.ports.dataset_reads import DatasetDetail, VersionLine
from pixcrawler.domain.datasets.errors import (
    EmptySelection,
    JobNotSettled,
)
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.selection import Selection, Step
from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, ProjectId
from tests.unit.application.datasets.stage import BUILD, PAYLOADS, Datasets

PAGES = {"cat": [["a", "b", "c"]], "dog": [["d", "e"]], "fish": []}


class Room:
    """A finished crawl of cats and one of dogs, and all that can be done with datasets."""

    def __init__(self, folder: Path) -> None:
        self.stage = Datasets(folder, **PAGES)
        crawl = self.stage.crawl
        self.owner, self.stranger = crawl.owner, crawl.stranger
        common: dict[str, Any] = {"transaction": crawl.transaction, "clock": crawl.clock}
        made = common | {"new_id": crawl.new_id}
        self.create, self.request = CreateDataset(**made), RequestVersion(**made)
        self.split, self.cancel = SplitDataset(**made), CancelBuild(**common)
        self.change, self.delete = (
            ChangeDataset(transaction=crawl.transaction),
            DeleteDataset(transaction=crawl.transaction),
        )

    async def crawled(self, keyword: str) -> CrawlJobId:
        crawl = self.stage.crawl
        if not crawl.database.tables.projects:
            job = await crawl.started(keyword, max_images=9)
        else:
            job = (await crawl.create(crawl.command(keyword), by=crawl.owner)).id
            await crawl.start(job, by=crawl.owner)
        await crawl.finish()
        return job

    @property
    def project(self) -> ProjectId:
        return next(iter(self.stage.crawl.database.tables.crawl_jobs.values())).project_id

    async def dataset(self, *jobs: CrawlJobId, steps: tuple[Step, ...] = ()) -> DatasetDetail:
        selection = Selection(jobs=jobs, steps=steps)
        return await self.create(
            NewDataset(project_id=self.project, name="Pets", selections=(selection,)), by=self.owner
        )

    async def built(self, dataset: DatasetId, **changes: Any) -> DatasetVersion:
        line = (await self.request(dataset, by=self.owner, **changes)).version
        return await self.build(line)

    async def build(self, line: VersionLine) -> DatasetVersion:
        """What became of it."""
        (task,) = [
            one
            for one in self.stage.crawl.database.tasks(name=BUILD)
            if one.subject_id == line.id and one.state == "pending"
        ]
        payload = msgspec.json.decode(task.payload, type=PAYLOADS[BUILD])
        lease = self.stage.crawl.database.claim(task)
        try:
            await self.stage.build_version(payload, lease=lease)
        except (EmptySelection, JobNotSettled) as error:
            await self.stage.fail_version(payload, lease=lease, error=error)
        assert lease.closed
        return self.stage.version(line.id)

    async def manifest(self, version: DatasetVersion) -> Manifest:
        return await self.stage.manifest(version.id)

    async def labels(self, version: DatasetVersion) -> list[str]:
        return [row.label for row in (await self.manifest(version)).rows]
