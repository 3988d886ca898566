"""Datasets, versions, exports."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, select, text

from pixcrawler.adapters.postgres.candidates import facts_of, hexadecimal, scores_of
from pixcrawler.adapters.postgres.labels import label_of
from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import DatasetRow, DatasetVersionRow, ExportRow
from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.errors import DatasetNotFound, DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.datasets.manifest import ManifestRow, timestamp
from pixcrawler.domain.datasets.version import DatasetVersion, Export
from pixcrawler.domain.imaging.labels import Label
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, DatasetVersionId
from pixcrawler.domain.shared.validation import Validation

ACCEPTED = text(
    """
    SELECT DISTINCT ON (i.label, i.sha256)
           i.id, i.sha256, i.key, i.label, i.width, i.height, i.format, i.bytes, i.phash, i.dhash,
           i.frames, i.mode, i.orientation, i.detail, i.validation, i.scores, i.retrieved_at,
           s.source, s.source_id, s.page_url,
           s.title, s.author, s.author_url, s.license, s.license_raw, s.license_url, s.attribution, s.tags,
           c.url, q.text AS query
    FROM images i
    JOIN candidates c ON c.id = i.candidate_id
    JOIN chunks k ON k.job_id = i.job_id AND k.keyword = i.keyword AND k.position = i.position
    JOIN queries q ON q.id = k.query_id
    JOIN sightings s ON s.chunk_id = k.id AND s.candidate_id = c.id
    WHERE i.job_id = ANY(CAST(:jobs AS uuid[])) AND i.state = 'accepted' AND s.refused IS NULL
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE b.kind = 'sha256' AND b.value = i.sha256 AND b.lifted_at IS NULL)
    ORDER BY i.label, i.sha256, s.rank
    """
)

LABELS = text(
    """
    SELECT l.image_id, l.label, l.source, l.rank, l.confidence, l.model
    FROM labels l JOIN images i ON i.id = l.image_id
    WHERE i.job_id = ANY(CAST(:jobs AS uuid[])) AND i.state = 'accepted' AND l.source <> 'source_tag'
    """
)


class PostgresDatasets(Repository[Dataset, DatasetRow]):
    """Datasets, one row each."""

    row = DatasetRow
    struct = Dataset
    missing = DatasetNotFound

    async def of_job(self, job: CrawlJobId) -> Dataset | None:
        newest = select(DatasetRow).where(DatasetRow.selection["jobs"] == [str(job)])
        found = await self.session.scalars(newest.order_by(DatasetRow.id.desc()).limit(1))
        row = found.first()
        return None if row is None else self._struct(row)

    async def use(self, job: CrawlJobId) -> bool:
        return await self.rows.exists(DatasetRow.selection["jobs"].contains([str(job)]))


class PostgresDatasetVersions(Repository[DatasetVersion, DatasetVersionRow]):
    """Dataset versions, one row each."""

    row = DatasetVersionRow
    struct = DatasetVersion
    missing = DatasetVersionNotFound

    async def manifest_rows(self, dataset: Dataset) -> list[AcceptedImage]:
        accepted = await self.session.execute(ACCEPTED, {"jobs": list(dataset.selection.jobs)})
        labels: dict[UUID, list[Label]] = {}
        for image, *said in await self.session.execute(LABELS, {"jobs": list(dataset.selection.jobs)}):
            labels.setdefault(image, []).append(label_of(said))
        return [
            AcceptedImage(_manifest_row(row), facts_of(row), tuple(labels.get(row.id, ())))
            for row in accepted
        ]

    async def waiting(self, job: CrawlJobId) -> list[DatasetVersionId]:
        which = (
            select(DatasetVersionRow.id)
            .join(DatasetRow, DatasetRow.id == DatasetVersionRow.dataset_id)
            .where(DatasetRow.selection["jobs"].contains([str(job)]), DatasetVersionRow.status == "pending")
            .order_by(DatasetVersionRow.id)
        )
        return [DatasetVersionId(one) for one in await self.session.scalars(which)]

    async def newest(self, dataset: DatasetId) -> DatasetVersion | None:
        which = select(DatasetVersionRow).where(DatasetVersionRow.dataset_id == dataset)
        found = await self.session.scalars(which.order_by(DatasetVersionRow.number.desc()).limit(1))
        row = found.first()
        return None if row is None else self._struct(row)


class PostgresExports(Repository[Export, ExportRow]):
    """Exports, one row each."""

    row = ExportRow
    struct = Export
    missing = ExportNotFound


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
        image_url=row.url,
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
