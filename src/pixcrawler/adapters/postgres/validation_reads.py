"""Looks at pictures as people see them: a statement each."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.candidates import FACTS, facts_of
from pixcrawler.adapters.postgres.listing import Lists
from pixcrawler.adapters.postgres.tables import DatasetRow, ValidationLevelRow, ValidationRow
from pixcrawler.adapters.postgres.validation_stats import told
from pixcrawler.application.ports.validation_reads import (
    ImageResults,
    LevelResult,
    Quarantined,
    ValidationDetail,
    ValidationStats,
    detail_of,
)
from pixcrawler.domain.crawling.errors import ImageNotFound
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.datasets.errors import DatasetNotFound, VersionNotReady
from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.imaging.errors import ValidationNotFound
from pixcrawler.domain.imaging.judgement import LOOKED_AT, judged
from pixcrawler.domain.imaging.rules import rules_of
from pixcrawler.domain.imaging.validation import DefaultLevel, ValidationRun, Verdict
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CandidateId, ValidationId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Validation, ValidationMode

LEVELS = tuple(Validation)
RESULTS = text(
    f"""
    SELECT c.id AS candidate_id, c.job_id, c.reason AS why_not, c.evidence, c.retrieved_at AS came_at, j.spec,
           i.id AS image_id, i.retrieved_at, {", ".join(f"i.{name}" for name in FACTS)},
           q.image_id IS NOT NULL AS kept_out, q.reason AS kept_out_for, q.at AS kept_out_at,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'level', r.level, 'verdict', r.verdict, 'reason', r.reason, 'evidence', r.evidence,
                       'checks', r.checks, 'scores', r.scores, 'validation_id', r.validation_id,
                       'at', r.at)), '[]')
            FROM validation_results r WHERE r.image_id = i.id) AS results
    FROM candidates c JOIN crawl_jobs j ON j.id = c.job_id
    LEFT JOIN images i ON i.id = c.image_id
    LEFT JOIN quarantine q ON q.image_id = i.id AND q.released_at IS NULL
    WHERE c.id = :image AND c.state <> 'pending' AND c.reason IS DISTINCT FROM 'removed'
      AND (:sees_all OR j.owner_id = :me)
    """  # noqa: S608 -- joined from what stands in this package
)


class PostgresValidationReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def run(self, validation: ValidationId, *, visible_to: Actor) -> ValidationDetail:
        fields = [getattr(ValidationRow, name) for name in ValidationRun.__struct_fields__]
        rows = await self._lists.rows(select(*fields).where(ValidationRow.id == validation), {})
        if not rows or not visible_to.may_see(rows[0].owner_id):
            raise ValidationNotFound(f"There is no validation {validation}.")
        return detail_of(msgspec.convert(dict(rows[0]._mapping), ValidationRun))  # noqa: SLF001 -- its public way to names

    async def results(self, image: CandidateId, *, visible_to: Actor) -> ImageResults:
        values = {"image": image, "me": visible_to.id, "sees_all": visible_to.may_see_all}
        rows = await self._lists.rows(RESULTS, values)
        if not rows:
            raise ImageNotFound(f"There is no image {image}.")
        (row,) = rows
        analysed = msgspec.convert(row.results, tuple[LevelResult, ...])
        of_level = {one.level: one for one in (*_of_crawl(row), *analysed)}
        return ImageResults(
            image_id=CandidateId(row.candidate_id),
            job_id=row.job_id,
            quarantine=_quarantined(row),
            results=tuple(of_level[level] for level in reversed(LEVELS) if level in of_level),
        )

    async def stats(
        self, version: DatasetVersion, *, level: Validation | None, visible_to: Actor
    ) -> ValidationStats:
        owner = select(DatasetRow.owner_id).where(DatasetRow.id == version.dataset_id)
        rows = await self._lists.rows(owner, {})
        if not rows or not visible_to.may_see(rows[0].owner_id):
            raise DatasetNotFound(f"There is no dataset {version.dataset_id}.")
        if not version.is_ready:
            raise VersionNotReady(f"Version {version.number} is {version.status}; it has no images yet.")
        return await told(self._lists, version, level)

    async def level(self, *, visible_to: Actor) -> DefaultLevel:
        wanted = select(ValidationLevelRow.level, ValidationLevelRow.mode)
        rows = await self._lists.rows(wanted.where(ValidationLevelRow.id == visible_to.id), {})
        if not rows:
            return DefaultLevel()
        return DefaultLevel(level=Validation(rows[0].level), mode=ValidationMode(rows[0].mode))


def _of_crawl(row: Row[Any]) -> Iterator[LevelResult]:
    """What the look found that the crawl took; of a file that it did not keep, only why."""
    spec = msgspec.convert(row.spec, JobSpec)
    if row.image_id is not None:
        size, facts = spec.rules, facts_of(row)
        rules = rules_of(size.min_size, size.max_size, size.file_types)
        found = judged(facts, rules, spec.thresholds or DEFAULT_THRESHOLDS)
        yield LevelResult(**found._asdict(), level=facts.validation, validation_id=None, at=row.retrieved_at)
    elif row.why_not is not None and Reason(row.why_not) in LOOKED_AT:
        yield LevelResult(
            level=spec.validation,
            verdict=Verdict.INVALID,
            reason=Reason(row.why_not),
            evidence=row.evidence,
            checks=(),
            scores=None,
            validation_id=None,
            at=row.came_at,
        )


def _quarantined(row: Row[Any]) -> Quarantined | None:
    if not row.kept_out:
        return None
    return Quarantined(None if row.kept_out_for is None else Reason(row.kept_out_for), row.kept_out_at)
