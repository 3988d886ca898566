"""Datasets, versions, exports."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Text, any_, delete, exists, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from pixcrawler.adapters.postgres.candidates import hexadecimal, scores_of, unsigned
from pixcrawler.adapters.postgres.labels import label_of
from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import (
    DatasetRow,
    DatasetVersionObjectRow,
    DatasetVersionRow,
    ExportRow,
    LabellingRow,
    OutboxRow,
)
from pixcrawler.application.ports.datasets import Description
from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.errors import DatasetNotFound, DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.datasets.manifest import ManifestRow, timestamp
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, Export
from pixcrawler.domain.imaging.labels import Label
from pixcrawler.domain.imaging.prints import Print
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, DatasetVersionId, ExportId, ImageId
from pixcrawler.domain.shared.validation import Validation

AT_ONCE = 1_000
"""Images in a page."""

NOT_BLOCKED = """
    NOT EXISTS (SELECT 1 FROM blocks b WHERE b.kind = 'sha256' AND b.value = i.sha256 AND b.lifted_at IS NULL)
"""
ACCEPTED = """
    SELECT i.id, i.job_id, i.sha256, coalesce(i.label, '') AS label, i.width, i.height, i.phash, i.dhash,
           i.detail
    FROM images i
    WHERE i.job_id = ANY(CAST(:jobs AS uuid[])) AND i.state = 'accepted' AND {unblocked}
      AND NOT EXISTS (SELECT FROM quarantine q WHERE q.image_id = i.id AND q.released_at IS NULL)
    ORDER BY coalesce(i.label, '') COLLATE "C", i.sha256 COLLATE "C", i.job_id
"""
OF_JOBS = text(ACCEPTED.format(unblocked=NOT_BLOCKED))
DESCRIBED = """
    SELECT DISTINCT ON (i.id)
           i.id, s.rank, s.source, s.license, i.format, i.bytes, i.validation, i.scores, i.review,
           i.retrieved_at, i.review IS NOT NULL OR EXISTS (
               SELECT 1 FROM labels l WHERE l.image_id = i.id AND l.source = 'person') AS reviewed
    FROM images i
    JOIN chunks k ON k.job_id = i.job_id AND k.keyword = i.keyword AND k.position = i.position
    JOIN sightings s ON s.chunk_id = k.id AND s.candidate_id = i.candidate_id
    WHERE i.id = ANY(CAST(:images AS uuid[])) AND i.state = 'accepted' AND s.refused IS NULL
      AND {unblocked}
    ORDER BY i.id, s.rank
"""
DESCRIPTIONS = text(DESCRIBED.format(unblocked=NOT_BLOCKED))
NEEDED = text("""
    SELECT EXISTS (
        SELECT FROM images i JOIN dataset_version_objects o ON o.key = i.key
        JOIN dataset_versions v ON v.id = o.version_id
        WHERE i.job_id = :job AND v.status <> 'failed' AND jsonb_path_exists(
            v.selection, '$.**.jobs[*] ? (@ == $job)', jsonb_build_object('job', CAST(:job AS text))))
""")
"""Not of a version that has the same picture from another job."""
NEED = text("""
    INSERT INTO dataset_version_objects (version_id, key)
    SELECT DISTINCT CAST(:version AS uuid), i.key FROM images i WHERE i.id = ANY(CAST(:images AS uuid[]))
    ON CONFLICT DO NOTHING
""")

WHOLE = """
    SELECT DISTINCT ON (i.id)
           i.id, i.sha256, i.key, i.label, i.width, i.height, i.format, i.bytes, i.phash, i.dhash,
           i.validation, i.scores, i.retrieved_at, s.source, s.source_id, s.page_url,
           s.title, s.author, s.author_url, s.license, s.license_raw, s.license_url, s.attribution, s.tags,
           c.url, q.text AS query
    FROM images i
    JOIN candidates c ON c.id = i.candidate_id
    JOIN sightings s ON s.candidate_id = c.id
    JOIN chunks k ON k.id = s.chunk_id AND k.keyword = i.keyword AND k.position = i.position
    JOIN queries q ON q.id = k.query_id
    WHERE i.id = ANY(CAST(:images AS uuid[])) AND i.state = 'accepted' AND s.refused IS NULL
      AND {unblocked}
    ORDER BY i.id, s.rank
"""
ROWS = text(WHOLE.format(unblocked=NOT_BLOCKED))
LABELS = text(
    """
    SELECT l.image_id, l.label, l.source, l.rank, l.confidence, l.model
    FROM labels l WHERE l.image_id = ANY(CAST(:images AS uuid[])) AND l.source <> 'source_tag'
    """
)


class PostgresDatasets(Repository[Dataset, DatasetRow]):
    """Datasets, one row each."""

    row = DatasetRow
    struct = Dataset
    missing = DatasetNotFound

    async def of_job(self, job: CrawlJobId) -> Dataset | None:
        whole = select(DatasetRow).where(DatasetRow.selection == {"jobs": [str(job)]})
        found = await self.session.scalars(whole.order_by(DatasetRow.id).limit(1))
        row = found.first()
        return None if row is None else self._struct(row)

    async def delete(self, key: UUID) -> None:
        versions = select(DatasetVersionRow.id).where(DatasetVersionRow.dataset_id == key)
        exports = select(ExportRow.id).where(ExportRow.version_id.in_(versions))
        tasks = OutboxRow.subject_id.in_(versions) | OutboxRow.subject_id.in_(exports)
        await self.session.execute(delete(OutboxRow).where(tasks))
        await super().delete(key)

    async def use(self, job: CrawlJobId) -> bool:
        if await self.rows.exists(DatasetRow.jobs.contains([job])):
            return True
        return bool(await self.session.scalar(NEEDED, {"job": job}))


class PostgresDatasetVersions(Repository[DatasetVersion, DatasetVersionRow]):
    """Dataset versions, one row each."""

    row = DatasetVersionRow
    struct = DatasetVersion
    missing = DatasetVersionNotFound

    async def accepted(self, jobs: Sequence[CrawlJobId]) -> AsyncIterator[Sequence[AcceptedImage]]:
        options = {"yield_per": AT_ONCE}
        found = await self.session.stream(OF_JOBS, {"jobs": list(jobs)}, execution_options=options)
        async for page in found.partitions(AT_ONCE):
            labels: dict[UUID, list[Label]] = {}
            for image, *said in await self.session.execute(LABELS, {"images": [row.id for row in page]}):
                labels.setdefault(image, []).append(label_of(said))
            yield [_accepted(row, labels.get(row.id, ())) for row in page]

    async def described(self, images: Sequence[ImageId]) -> dict[ImageId, Description]:
        found = await self.session.execute(DESCRIPTIONS, {"images": list(images)})
        return {ImageId(row.id): _description(row) for row in found}

    async def need(self, version: DatasetVersionId, images: Sequence[ImageId]) -> None:
        await self.session.execute(NEED, {"version": version, "images": list(images)})

    async def need_nothing(self, version: DatasetVersionId) -> None:
        of_it = DatasetVersionObjectRow.version_id == version
        await self.session.execute(delete(DatasetVersionObjectRow).where(of_it))

    async def manifest_rows(self, images: Sequence[ImageId]) -> list[ManifestRow]:
        found = await self.session.execute(ROWS, {"images": list(images)})
        rows = {row.id: _manifest_row(row) for row in found}
        return [rows[image] for image in images if image in rows]

    async def waiting(self, job: CrawlJobId) -> list[DatasetVersionId]:
        labelled_still = exists().where(LabellingRow.open, LabellingRow.job_id == DatasetRow.jobs.any_())
        which = (
            select(DatasetVersionRow.id)
            .join(DatasetRow, DatasetRow.id == DatasetVersionRow.dataset_id)
            .where(DatasetRow.jobs.contains([job]), DatasetVersionRow.status == "pending", ~labelled_still)
            .order_by(DatasetVersionRow.id)
        )
        return [DatasetVersionId(one) for one in await self.session.scalars(which)]

    async def newest(self, dataset: DatasetId) -> DatasetVersion | None:
        return await self._last(DatasetVersionRow.dataset_id == dataset)

    async def numbered(self, dataset: DatasetId, number: int) -> DatasetVersion:
        found = await self.find(DatasetVersionRow.dataset_id == dataset, DatasetVersionRow.number == number)
        if found is None:
            raise DatasetVersionNotFound(f"The dataset has no version {number}.")
        return found

    async def ready_before(self, version: DatasetVersion) -> DatasetVersion | None:
        return await self._last(
            DatasetVersionRow.dataset_id == version.dataset_id,
            DatasetVersionRow.number < version.number,
            DatasetVersionRow.status == BuildStatus.READY,
        )

    async def _last(self, *which: ColumnElement[bool]) -> DatasetVersion | None:
        newest = select(DatasetVersionRow).where(*which).order_by(DatasetVersionRow.number.desc()).limit(1)
        row = (await self.session.scalars(newest)).first()
        return None if row is None else self._struct(row)


class PostgresExports(Repository[Export, ExportRow]):
    """Exports, one row each."""

    row = ExportRow
    struct = Export
    missing = ExportNotFound

    async def delete(self, key: UUID) -> None:
        await self.session.execute(delete(OutboxRow).where(OutboxRow.subject_id == key))
        await super().delete(key)

    async def with_objects(self, keys: Sequence[str]) -> list[ExportId]:
        named = DatasetVersionObjectRow.key == any_(literal(list(keys), ARRAY(Text)))
        which = select(ExportRow.id).where(
            ExportRow.version_id.in_(select(DatasetVersionObjectRow.version_id).where(named)),
            or_(ExportRow.key.is_not(None), ExportRow.status == BuildStatus.BUILDING),
        )
        return [ExportId(one) for one in await self.session.scalars(which.order_by(ExportRow.id))]


def _accepted(row: Row[Any], labels: Sequence[Label]) -> AcceptedImage:
    look = Print(row.width, row.height, unsigned(row.phash), unsigned(row.dhash), row.detail)
    job = CrawlJobId(row.job_id)
    return AcceptedImage(ImageId(row.id), job, row.sha256, row.label, look, tuple(labels))


def _description(row: Row[Any]) -> Description:
    return Description(
        rank=row.rank,
        source=row.source,
        license=row.license,
        format=row.format,
        bytes=row.bytes,
        validation=Validation(row.validation),
        scores=scores_of(row.scores),
        review=row.review,
        reviewed=row.reviewed,
        retrieved_at=row.retrieved_at,
    )


def _manifest_row(row: Row[Any]) -> ManifestRow:
    label = row.label or ""
    return ManifestRow(
        sha256=row.sha256,
        key=row.key,
        label=label,
        labels=(label,) if label else (),
        width=row.width,
        height=row.height,
        format=row.format,
        bytes=row.bytes,
        phash=hexadecimal(row.phash) if row.validation != Validation.BASIC else None,
        dhash=hexadecimal(row.dhash) if row.validation != Validation.BASIC else None,
        source=row.source,
        source_id=row.source_id,
        image_url=_told(row.url, row.source_id),
        page_url=row.page_url,
        title=row.title,
        query=row.query or None,
        license=row.license,
        license_url=row.license_url,
        license_raw=row.license_raw,
        author=row.author,
        author_url=row.author_url,
        attribution=row.attribution,
        retrieved_at=timestamp(row.retrieved_at),
        tags=tuple(row.tags),
        quality=None if row.scores is None else msgspec.to_builtins(scores_of(row.scores)),
    )


def _told(url: str, source_id: str | None) -> str:
    """Of a file, its path within the folder that was given: where on a disk that lies, and whose it is, is no
    part of a dataset."""
    return f"file:{source_id}" if source_id and url.startswith("file:") else url
