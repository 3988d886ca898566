"""Task: freeze a dataset version."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from pixcrawler.application.datasets.choosing import Choosing
from pixcrawler.application.datasets.comparing import changes_since
from pixcrawler.application.datasets.crawl_facts import facts_of, rejected
from pixcrawler.application.datasets.requesting import check_settled
from pixcrawler.application.datasets.selected import Selected
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import Body, ObjectStore
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.spec import DedupLevel
from pixcrawler.domain.datasets.errors import BuildCancelled
from pixcrawler.domain.datasets.manifest import ManifestRow, RowsDigest
from pixcrawler.domain.datasets.statistics import Columns, Statistics
from pixcrawler.domain.datasets.stored_manifest import Header, line
from pixcrawler.domain.datasets.version import DatasetVersion, VersionRequested
from pixcrawler.domain.imaging.labels import NO_MODEL, ModelRules
from pixcrawler.domain.shared.ids import DatasetVersionId

AT_ONCE = 1_000
"""Rows that are in memory together."""

UNKNOWN_CHANGES = "What changed since version {number} is not known: its manifest cannot be read."


class _Plan(NamedTuple):
    """What is built, and beside which version."""

    version: DatasetVersion
    previous: DatasetVersion | None
    header: Header
    selected: Selected


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


@use_case
class BuildVersion:
    """Write the manifest under its digest, then mark the version ready. Building again changes nothing.

    From before a row is written the version needs its image's object, so what is in a manifest stays in the
    store. Whoever cancels the version, or deletes it, stops this within some thousand rows.
    """

    transaction: Transaction
    store: ObjectStore
    near_duplicates: NearDuplicates
    clock: Clock
    rules: ModelRules = NO_MODEL

    async def __call__(self, requested: VersionRequested, *, lease: Lease) -> None:
        """Raises EmptySelection, JobNotSettled, StorageFull and Unavailable."""
        try:
            while True:
                plan = await self._planned(requested.version_id, lease)
                if (built := await self._built(plan, lease)) is not None:
                    break
            await self._end(plan, built, lease)
        except BuildCancelled:
            await self._give_up(requested.version_id, lease)

    async def _planned(self, version_id: DatasetVersionId, lease: Lease) -> _Plan:
        await self._begin(version_id, lease)
        async with self.transaction() as tx:
            version = await tx.versions.get(version_id)
            previous = await tx.versions.ready_before(version)
            dataset = await tx.datasets.get(version.dataset_id)
            jobs = [await tx.crawl_jobs.get(job) for job in version.selection.all_jobs()]
            check_settled(jobs)
            choosing = Choosing(version.selection, self.rules)
            await choosing.read(tx, jobs)
        selected = await choosing.made(self.near_duplicates)
        await asyncio.to_thread(selected.group, self.near_duplicates, DedupLevel.HIGH)
        header = Header(
            dataset=dataset.name,
            version=version.number,
            images=len(selected),
            rejected=rejected(jobs),
            facts=facts_of(jobs, version.selection),
        )
        return _Plan(version, previous, header, selected)

    async def _begin(self, version_id: DatasetVersionId, lease: Lease) -> None:
        """What an earlier attempt needed counts no more."""

        async def begin(tx: UnitOfWork) -> None:
            version = await tx.versions.locked(version_id)
            if version.has_ended:
                raise BuildCancelled("The version is not wanted any more.")
            version.begin()
            await tx.versions.save(version)
            await tx.versions.need_nothing(version_id)
            await tx.commit()

        await self.transaction.repeated(begin, fenced_by=lease)

    async def _built(self, plan: _Plan, lease: Lease) -> _Built | None:
        """None when an image went away meanwhile, so that what was written is not what there is."""
        body = self.store.receive()
        try:
            written = _Written(body, plan.header.facts.classes)
            await to_the_end(partial(body.write, line(plan.header)))
            for numbers in plan.selected.pages(AT_ONCE):
                rows = await self._rows(plan, numbers, lease)
                if len(rows) != len(numbers):
                    body.discard()
                    return None
                await to_the_end(partial(written.add, rows))
            content = written.digest.hexdigest()
            key = f"{plan.version.owner_id.hex}/manifests/{content}.{plan.version.id.hex}.jsonl"
            await self.store.keep(body, key)
        except BaseException:
            body.discard()
            raise
        return _Built(content, key, written.columns.statistics(plan.header.rejected))

    async def _rows(self, plan: _Plan, numbers: Sequence[int], lease: Lease) -> list[ManifestRow]:
        """Fewer when an image is there no more."""
        images = [plan.selected.image(number) for number in numbers]

        async def read(tx: UnitOfWork) -> list[ManifestRow]:
            if (await tx.versions.get(plan.version.id)).has_ended:
                raise BuildCancelled("The version is not wanted any more.")
            await tx.versions.need(plan.version.id, images)
            rows = await tx.versions.manifest_rows(images)
            await tx.commit()
            return rows

        rows = await self.transaction.repeated(read, fenced_by=lease)
        if len(rows) != len(numbers):
            return rows
        return [plan.selected.row(number, row) for number, row in zip(numbers, rows, strict=True)]

    async def _end(self, plan: _Plan, built: _Built, lease: Lease) -> None:
        changes, previous = None, plan.previous
        if previous is not None:
            changes = await changes_since(
                self.store, previous, key=built.key, digest=built.digest, images=built.stats.images
            )

        async def write(tx: UnitOfWork) -> None:
            version = await tx.versions.locked(plan.version.id)
            if version.has_ended:
                raise BuildCancelled("The version is not wanted any more.")
            if previous is not None and changes is None:
                version.changelog = version.changelog or UNKNOWN_CHANGES.format(number=previous.number)
            events = version.ready(
                digest=built.digest, key=built.key, stats=built.stats, changes=changes, at=self.clock.now()
            )
            await tx.versions.save(version)
            tx.record(*events, owner=version.owner_id, lane=lease.lane)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)

    async def _give_up(self, version_id: DatasetVersionId, lease: Lease) -> None:
        """The version has ended otherwise, or was ready before the news of it got lost."""

        async def close(tx: UnitOfWork) -> None:
            if not (await tx.versions.get(version_id)).is_ready:
                await tx.versions.need_nothing(version_id)
            await tx.commit(closing=lease)

        await self.transaction.repeated(close, fenced_by=lease)
