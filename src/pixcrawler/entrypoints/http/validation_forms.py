"""What is sent to ``/validation``."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from pixcrawler.application.imaging.request_validation import Look, Matching
from pixcrawler.application.ports.images import ImageFilter, ImageStatus
from pixcrawler.domain.imaging.errors import InvalidValidation
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.validation import MOST_NAMED, DefaultLevel, RunMode
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from pixcrawler.entrypoints.http.job_fields import NO_NUL, Text

Ids = Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MOST_NAMED)]
Pixels = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]


class AnalyzeForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which image. Without a `level`, your default one. `mode` says what becomes of an accepted image that is
    not valid: `report` changes nothing, `quarantine` keeps it out of later dataset versions."""

    image_id: UUID
    level: Validation | None = None
    mode: RunMode = RunMode.REPORT

    @property
    def command(self) -> Look:
        return Look(images=(CandidateId(self.image_id),), level=self.level, mode=self.mode)


class MatchingForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The images of a job that `GET /jobs/{id}/images` lists with these parameters, as far as they have a
    file."""

    job_id: UUID
    status: ImageStatus | None = None
    reason: Reason | None = None
    label: Text | None = None
    keyword: Text | None = None
    source: Id | None = None
    license: Id | None = None
    valid: bool | None = None
    duplicate: bool | None = None
    format: Format | None = None
    min_width: Pixels | None = None
    max_width: Pixels | None = None
    min_height: Pixels | None = None
    max_height: Pixels | None = None

    @property
    def command(self) -> Matching:
        which = ImageFilter(**{name: getattr(self, name) for name in ImageFilter.__struct_fields__})
        return Matching(CrawlJobId(self.job_id), which)


class BatchForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `image_ids`, or a `filter` that finds 1,000 images at most. `level` and `mode` as for one."""

    image_ids: Ids | None = None
    filter: MatchingForm | None = None
    level: Validation | None = None
    mode: RunMode = RunMode.REPORT

    @property
    def command(self) -> Look:
        """Raises InvalidValidation unless it is one of both."""
        if self.image_ids is not None and self.filter is None:
            named = tuple(CandidateId(one) for one in self.image_ids)
            return Look(images=named, level=self.level, mode=self.mode)
        if self.filter is not None and self.image_ids is None:
            return Look(images=self.filter.command, level=self.level, mode=self.mode)
        raise InvalidValidation("Give either image_ids or a filter.", field="image_ids")


class JobForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How all pictures of the job are looked at. `level` and `mode` as for one image."""

    level: Validation | None = None
    mode: RunMode = RunMode.REPORT


class LevelForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How closely your new jobs look at pictures, and what a strict one does with poor ones: `reject`, or
    `report`, which keeps them with the remark."""

    level: Validation
    mode: ValidationMode = ValidationMode.REJECT

    @property
    def command(self) -> DefaultLevel:
        return DefaultLevel(level=self.level, mode=self.mode)
