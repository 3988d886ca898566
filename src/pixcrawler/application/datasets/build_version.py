"""Task: freeze a dataset version."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pixcrawler.application.datasets.selected import Selected
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import Body, ObjectStore
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.spec import DedupLevel, DedupScope
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.manifest import CrawlFacts, ManifestRow, RowsDigest
from pixcrawler.domain.datasets.statistics import Columns, Statistics
from pixcrawler.domain.datasets.stored_manifest import Header, line
from pixcrawler.domain.datasets.version import VersionRequested
from pixcrawler.domain.imaging.labels import NO_MODEL, ModelRules, chosen
from pixcrawler.domain.shared.ids import DatasetVersionId

AT_ONCE = 1_000
"""Rows that are in memory together."""


class _Built(NamedTuple):
    digest: str
    key: str
    stats: Statistics


class _Written:
    """Rows as they go into the manifest: their digest, and their numbers."""

    def __init__(self, body: Body, classes: Sequence[str]) -> None:
        self._body = body
        self.digest = RowsDigest()
        self.columns = Columns(classes)

    def add(self, rows: Sequence[ManifestRow]) -> None:
        for row in rows:
            self.digest.add(row)
            self.columns.add(row)
        self._body.write(b"".join(map(line, rows)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildVersion:
    """Write the manifest under its digest, then mark the version ready. Building again changes nothing."""

    transaction: Transaction
    store: ObjectStore
    near_duplicates: NearDuplicates
    clock: Clock
    rules: ModelRules = NO_MODEL

    async def __call__(self, requested: VersionRequested, *, lease: Lease) -> None:
        """Raises StorageFull and Unavailable."""
        while (built := await self._built(requested.version_id)) is None:
            pass

        async def write(tx: UnitOfWork) -> None:
            version = await tx.versions.locked(requested.version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            job = await tx.crawl_jobs.get(dataset.jobs[0])
            version.begin()
            events = version.ready(
                digest=built.digest, key=built.key, stats=built.stats, changes=None, at=self.clock.now()
            )
            await tx.versions.save(version)
            tx.record(*events, owner=version.owner_id, lane=job.lane)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)

    async def _built(self, version_id: DatasetVersionId) -> _Built | None:
        """None when an image went away meanwhile, so that what was written is not what there is.

        Images go by twice: what decides on order and groups first, then the rows in their order.
        """
        async with self.transaction() as tx:
            version = await tx.versions.get(version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            jobs = [await tx.crawl_jobs.get(job_id) for job_id in dataset.jobs]
            selected = await self._selected(tx, dataset, jobs)
        await asyncio.to_thread(selected.group, self.near_duplicates, DedupLevel.HIGH)
        header = Header(
            dataset=dataset.name,
            version=version.number,
            images=len(selected),
            rejected=_rejected(jobs),
            facts=facts_of(jobs),
        )
        body = self.store.receive()
        try:
            written = _Written(body, header.facts.classes)
            await asyncio.to_thread(body.write, line(header))
            for numbers in selected.pages(AT_ONCE):
                async with self.transaction() as tx:
                    rows = await tx.versions.manifest_rows([selected.image(number) for number in numbers])
                if len(rows) != len(numbers):
                    body.discard()
                    return None
                whole = [selected.row(number, row) for number, row in zip(numbers, rows, strict=True)]
                await asyncio.to_thread(written.add, whole)
            content = written.digest.hexdigest()
            key = f"{version.owner_id.hex}/manifests/{content}.{version.number}.jsonl"
            await self.store.keep(body, key)
        except BaseException:
            body.discard()
            raise
        return _Built(content, key, written.columns.statistics(header.rejected))

    async def _selected(self, tx: UnitOfWork, dataset: Dataset, jobs: Sequence[CrawlJob]) -> Selected:
        several = any(job.spec.conflicts is Conflicts.MULTI for job in jobs)
        selected = Selected()
        async for page in tx.versions.accepted(dataset):
            for image in page:
                choice = chosen(image.labels, threshold=self.rules.threshold, several=several)
                selected.add(image, choice)
        return selected


def _rejected(jobs: Sequence[CrawlJob]) -> dict[str, int]:
    rejected: Counter[str] = Counter()
    for job in jobs:
        rejected.update(job.reasons)
    return dict(sorted(rejected.items()))


def facts_of(jobs: list[CrawlJob]) -> CrawlFacts:
    """How the images were found, for the card."""
    specs = [job.spec for job in jobs]
    filters: list[tuple[str, str]] = []
    for spec in specs:
        filters.append(("dedup", spec.dedup.value))
        if spec.dedup_scope is not DedupScope.JOB:
            filters.append(("dedup-scope", spec.dedup_scope.value))
        filters.append(("validation", spec.validation.value))
        filters.append(("safe-search", spec.filters.safe_search.value))
        if spec.filters.license:
            filters.append(("license", ",".join(spec.filters.license)))
        if spec.rules.min_size:
            filters.append(("min-size", "x".join(map(str, spec.rules.min_size))))
        if spec.rules.max_size:
            filters.append(("max-size", "x".join(map(str, spec.rules.max_size))))
        if spec.rules.file_types:
            filters.append(("file-type", ",".join(spec.rules.file_types)))
        if spec.filters.exclude:
            filters.append(("exclude", ",".join(spec.filters.exclude)))
        if spec.minimums:
            filters.append(
                ("minimum", ", ".join(f"{label} {least}" for label, least in spec.minimums.items()))
            )
        if spec.conflicts is not Conflicts.KEEP:
            filters.append(("conflicts", spec.conflicts.value))
    keywords = [keyword for spec in specs for keyword in spec.keywords]
    return CrawlFacts(
        queries=tuple(dict.fromkeys(text for keyword in keywords for text in keyword.texts if text)),
        sources=tuple(dict.fromkeys(source for spec in specs for source in spec.sources)),
        classes=tuple(dict.fromkeys(keyword.label for keyword in keywords if keyword.label)),
        filters=tuple(dict.fromkeys(filters)),
        seed=specs[0].seed,
        asked=sum(job.max_images for job in jobs),
    )
