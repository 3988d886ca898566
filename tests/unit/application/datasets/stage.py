"""A finished crawl, and the use cases that make a dataset of it."""

from pathlib import Path
from typing import Any

import msgspec

from pixcrawler.application.crawling.take_down import TakeDown, TakenDown
from pixcrawler.application.datasets.build_version import BuildVersion
from pixcrawler.application.datasets.delete_export import DeleteExport
from pixcrawler.application.datasets.fail_build import FailExport, FailVersion
from pixcrawler.application.datasets.request_build import RequestBuild
from pixcrawler.application.datasets.request_export import RequestExport
from pixcrawler.application.datasets.write_export import WriteExport
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.stores import Stores
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.stored_manifest import read
from pixcrawler.domain.datasets.version import (
    DatasetVersion,
    Export,
    ExportPlan,
    ExportRequested,
    VersionRequested,
)
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetVersionId, ExportId
from tests.fakes.converter import StampingConverter
from tests.fakes.exporter import ListExporter
from tests.fakes.targets import MemoryTargets
from tests.unit.application.crawling.stage import Stage, url

BUILD, EXPORT, REPORT = (
    f"pixcrawler.datasets.{act}" for act in ("build_version", "write_export", "write_report")
)
PAYLOADS: dict[str, type[Any]] = {BUILD: VersionRequested, EXPORT: ExportRequested, REPORT: ExportRequested}


class Datasets:
    """``crawl`` is the stage of the crawl before; ``out`` the only folder that may be written."""

    def __init__(self, out: Path, **pages: list[list[str]]) -> None:
        self.crawl = Stage(**(pages or {"cat": [["a", "b", "c"]]}))
        self.out = out
        self.exporter = ListExporter()
        self.exporters = {"list": self.exporter}
        self.converter = StampingConverter()
        common: dict[str, Any] = {"transaction": self.crawl.transaction, "clock": self.crawl.clock}
        self.request_build = RequestBuild(**common, new_id=self.crawl.new_id)
        self.build_version = BuildVersion(**common, store=self.crawl.store, near_duplicates=self.crawl.near)
        self.request_export = RequestExport(**common, new_id=self.crawl.new_id, formats=self.exporters)
        self.write_export = WriteExport(
            **common,
            store=self.crawl.store,
            exporters=self.exporters,
            targets=MemoryTargets(self.crawl.store, [out]),
            converter=self.converter,
        )
        self.delete_export = DeleteExport(transaction=self.crawl.transaction, stores=Stores(self.crawl.store))
        self.fail_version, self.fail_export = FailVersion(**common), FailExport(**common)

    async def crawled(self) -> CrawlJobId:
        job_id = await self.crawl.started("cat", max_images=3)
        await self.crawl.finish()
        return job_id

    def claimed(self, name: str) -> tuple[Any, Lease]:
        (task,) = self.crawl.database.tasks(name=name)
        return msgspec.json.decode(task.payload, type=PAYLOADS[name]), self.crawl.database.claim(task)

    async def built(self) -> DatasetVersionId:
        version_id = await self.request_build(await self.crawled(), by=self.crawl.owner)
        payload, lease = self.claimed(BUILD)
        await self.build_version(payload, lease=lease)
        return version_id

    async def asked(self, folder: Path | None, **changes: Any) -> ExportId:
        place = None if folder is None else str(folder)
        plan = ExportPlan(splits=SplitPlan({"train": 1.0}), folder=place, **changes)
        built = await self.built()
        asked = await self.request_export(built, "list", plan, by=self.crawl.owner, lane="local:9")
        return asked.export.id

    async def take_down(self, name: str, *, reason: str | None = None) -> TakenDown:
        """The picture that the crawl found under this name."""
        crawl = self.crawl
        act = TakeDown(
            transaction=crawl.transaction,
            stores=Stores(crawl.store),
            clock=crawl.clock,
            new_id=crawl.new_id,
        )
        return await act(url(name), by="me", reason=reason)

    async def keys(self) -> list[str]:
        """Of all objects."""
        return [one.key async for one in self.crawl.store.keys("")]

    def version(self, version_id: DatasetVersionId) -> DatasetVersion:
        return self.crawl.database.tables.versions[version_id]

    def export(self, export_id: ExportId) -> Export:
        return self.crawl.database.tables.exports[export_id]

    async def manifest(self, version_id: DatasetVersionId) -> Manifest:
        key = self.version(version_id).manifest_key
        assert key is not None
        return read((await self.crawl.store.get(key)).splitlines(keepends=True))
