"""Reading a job's images. An image's id is that of its candidate: of one address in one job.

What was removed is in none of these answers; the job's counts alone remember it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.labels import LabelSource
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation


class ImageStatus(StrEnum):
    """``good``: passed all checks, and its job has not decided yet which images stay."""

    GOOD = "good"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ImageFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which images: those that stand (good or accepted) unless something here says otherwise.

    ``valid``: passed all checks, whether it was needed or not; False leads to rejected ones. ``duplicate``:
    rejected as a copy; True leads to these. ``label`` and ``keyword`` are the accepted image's, exactly
    spelled; so they find nothing before the job is completed. ``source`` is the id of any source that found
    it, ``license`` the id of the licence that it is shown with. Sizes are in pixels, both ends included;
    they and ``format`` find only what has a file.
    """

    status: ImageStatus | None = None
    reason: Reason | None = None
    label: str | None = None
    keyword: str | None = None
    source: str | None = None
    license: str | None = None
    valid: bool | None = None
    duplicate: bool | None = None
    format: Format | None = None
    min_width: int | None = None
    max_width: int | None = None
    min_height: int | None = None
    max_height: int | None = None

    @property
    def rejected(self) -> bool:
        fell = self.status is ImageStatus.REJECTED or self.reason is not None
        return fell or self.duplicate is True or self.valid is False

    @property
    def impossible(self) -> bool:
        """Whether it asks for what no image is: standing with a reason, or rejected with a label."""
        stands = self.status in (ImageStatus.GOOD, ImageStatus.ACCEPTED)
        return self.rejected and (stands or not (self.label is self.keyword is None))

    @property
    def narrow(self) -> bool:
        """Whether it asks for something that a job does not count."""
        counted = ("status", "reason")
        return any(getattr(self, name) is not None for name in self.__struct_fields__ if name not in counted)


class ListedImage(msgspec.Struct, frozen=True):
    """A line of a list. Only a file that was looked at and kept has a digest, a format and sizes."""

    id: CandidateId
    status: ImageStatus
    reason: Reason | None
    image_url: str
    source: str | None
    title: str | None
    license: str | None
    label: str | None
    sha256: str | None
    format: Format | None
    width: int | None
    height: int | None
    bytes: int | None
    retrieved_at: datetime | None


class ImageLabel(msgspec.Struct, frozen=True):
    """What somebody says that an image shows. ``confidence`` is 0 to 1, ``model`` who measured it."""

    label: str
    source: LabelSource
    confidence: float | None
    model: str | None


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """An image with all that is known of where it came from.

    ``evidence`` is one line on why it was rejected. ``query`` is the text that found it, ``keyword`` the
    job's keyword behind that. ``phash`` and ``dhash`` are 16 hex digits, null
    after a basic look. ``validation`` is how closely it was looked at, ``quality`` what a strict look
    measured. ``duplicate_of`` is the image that stays instead of it; ``duplicate_group`` names all copies of
    the picture in all jobs of its owner, and ``copies`` are the others of them, accepted ones first, 100 at
    most. ``labels`` are all that is said of what an accepted image shows; ``label`` is what it is listed
    under. ``quarantined``: it stays out of new dataset versions until a review accepts it. ``final_url`` is
    where redirects led.
    """

    id: CandidateId
    job_id: CrawlJobId
    status: ImageStatus
    reason: Reason | None
    evidence: str | None
    label: str | None
    keyword: str | None
    source: str | None
    source_id: str | None
    query: str | None
    image_url: str
    final_url: str | None
    page_url: str | None
    title: str | None
    author: str | None
    author_url: str | None
    license: str | None
    license_raw: str | None
    license_url: str | None
    attribution: str | None
    tags: tuple[str, ...]
    retrieved_at: datetime | None
    content_type: str | None
    sha256: str | None
    phash: str | None
    dhash: str | None
    format: Format | None
    width: int | None
    height: int | None
    frames: int | None
    bytes: int | None
    validation: Validation | None
    quality: Scores | None
    duplicate_of: CandidateId | None
    duplicate_group: UUID | None
    copies: tuple[CandidateId, ...]
    labels: tuple[ImageLabel, ...]
    quarantined: bool


class ImageFile(msgspec.Struct, frozen=True):
    """What the store has of an image: ``bytes`` under ``key``."""

    key: str
    sha256: str
    format: Format
    bytes: int


class ImageReads(Protocol):
    async def of_job(
        self,
        job: CrawlJobId,
        which: ImageFilter,
        window: Window,
        *,
        after: UUID | None = None,
        visible_to: Actor,
    ) -> Found[ListedImage]:
        """In the order in which they were found; with ``after``, what follows that image, whatever the
        window's page. ``next_cursor`` is the id to go on after. Raises CrawlJobNotFound."""
        ...

    async def image(self, image: CandidateId, *, visible_to: Actor) -> Image:
        """Raises ImageNotFound."""
        ...

    async def file(self, image: CandidateId, *, visible_to: Actor) -> ImageFile:
        """Raises ImageNotFound, and ImageHasNoFile for one that was rejected before it was kept."""
        ...
