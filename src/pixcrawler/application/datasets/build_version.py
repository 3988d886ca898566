"""Task: freeze a dataset version."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.spec import DedupLevel, DedupScope
from pixcrawler.domain.datasets.manifest import (
    CrawlFacts,
    Manifest,
    ManifestRow,
    digest,
    manifest_of,
)
from pixcrawler.domain.datasets.stored_manifest import Header, line
from pixcrawler.domain.datasets.version import VersionRequested
from pixcrawler.domain.imaging.labels import NO_MODEL, ModelRules, chosen
from pixcrawler.domain.shared.ids import DatasetVersionId, UserId


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
        manifest, owner = await self._manifest(requested.version_id)
        content = digest(manifest.rows)
        key = f"{owner.hex}/manifests/{content}.{manifest.version}.jsonl"
        await self.store.put(key, b"".join(_stored(manifest)))
        size = sum(row.bytes for row in manifest.rows)

        async def write(tx: UnitOfWork) -> None:
            version = await tx.versions.locked(requested.version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            job = await tx.crawl_jobs.get(dataset.selection.jobs[0])
            version.begin()
            events = version.ready(
                digest=content, key=key, images=len(manifest.rows), size=size, at=self.clock.now()
            )
            await tx.versions.save(version)
            tx.record(*events, owner=version.owner_id, lane=job.lane)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)

    async def _manifest(self, version_id: DatasetVersionId) -> tuple[Manifest, UserId]:
        async with self.transaction() as tx:
            version = await tx.versions.get(version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            jobs = [await tx.crawl_jobs.get(job_id) for job_id in dataset.selection.jobs]
            found = await tx.versions.manifest_rows(dataset)
        several = any(job.spec.conflicts is Conflicts.MULTI for job in jobs)
        rows = [self._labelled(one, several=several) for one in await asyncio.to_thread(self._grouped, found)]
        rejected: dict[str, int] = {}
        for job in jobs:
            for reason, number in job.reasons.items():
                rejected[reason] = rejected.get(reason, 0) + number
        manifest = manifest_of(
            rows, dataset=dataset.name, version=version.number, rejected=rejected, facts=facts_of(jobs)
        )
        return manifest, version.owner_id

    def _labelled(self, image: AcceptedImage, *, several: bool) -> ManifestRow:
        """The row with the labels that the policy chooses; ``chosen`` tells it."""
        choice = chosen(image.labels, threshold=self.rules.threshold, several=several)
        if choice is None:
            return image.row
        return msgspec.structs.replace(
            image.row,
            label=choice.label,
            labels=choice.labels,
            label_source=choice.source.value,
            label_confidence=choice.confidence,
        )

    def _grouped(self, found: Sequence[AcceptedImage]) -> list[AcceptedImage]:
        """Rows with their duplicate group: what is alike at the loosest level, chained, is one group."""
        pairs = self.near_duplicates.pairs([one.facts for one in found], DedupLevel.HIGH)
        group = list(range(len(found)))

        def root(number: int) -> int:
            while group[number] != number:
                group[number] = group[group[number]]
                number = group[number]
            return number

        for one, other in pairs:
            low, high = sorted((root(one), root(other)))
            group[high] = low
        alike = {number for pair in pairs for number in pair}
        return [
            one._replace(row=msgspec.structs.replace(one.row, dedup_group=found[root(n)].row.id))
            if n in alike
            else one
            for n, one in enumerate(found)
        ]


def _stored(manifest: Manifest) -> Iterator[bytes]:
    yield line(
        Header(
            dataset=manifest.dataset,
            version=manifest.version,
            images=len(manifest.rows),
            rejected=manifest.rejected,
            facts=manifest.facts,
        )
    )
    yield from map(line, manifest.rows)


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
