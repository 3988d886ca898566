"""A job's images in memory, as their owner sees them."""

from typing import Any
from uuid import UUID

from pixcrawler.application.ports.images import (
    Image,
    ImageFile,
    ImageFilter,
    ImageLabel,
    ImageStatus,
    ListedImage,
)
from pixcrawler.domain.crawling.chunk import Chunk
from pixcrawler.domain.crawling.errors import CrawlJobNotFound, ImageHasNoFile, ImageNotFound
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.memory_tables import CandidateEntry, ImageEntry, SightingEntry, Tables
from tests.fakes.memory_transaction import MemoryDatabase


class MemoryImageReads:
    """Implements the ``ImageReads`` port."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    @property
    def _tables(self) -> Tables:
        return self._database.tables

    async def of_job(
        self,
        job: CrawlJobId,
        which: ImageFilter,
        window: Window,
        *,
        after: UUID | None = None,
        visible_to: Actor,
    ) -> Found[ListedImage]:
        found = self._tables.crawl_jobs.get(job)
        if found is None or not visible_to.may_see(found.owner_id):
            raise CrawlJobNotFound(f"There is no crawl job {job}.")
        mine = [one for one in self._tables.candidates.values() if one.job_id == job and is_there(one)]
        fitting = [one for one in sorted(mine, key=lambda one: one.id) if self._fits(one, found, which)]
        first = 0 if after else window.offset
        left = [one for one in fitting if after is None or one.id > after][first:]
        items = [self._listed(one, found) for one in left[: window.size]]
        exact = which == ImageFilter() or len(fitting) <= FARTHEST
        return Found(
            items=items,
            total=len(fitting) if exact else FARTHEST,
            exact=exact,
            next_cursor=str(items[-1].id) if len(left) > window.size else None,
        )

    async def image(self, image: CandidateId, *, visible_to: Actor) -> Image:
        one, job = self._visible(image, visible_to)
        picture, seen = self._picture(one), self._seen(one)
        chunk = None if seen is None else self._tables.chunks[seen.chunk_id]
        query = None if chunk is None else self._tables.queries[chunk.query_id]
        facts = None if picture is None else picture.facts
        hashed = None if facts is None or facts.validation is Validation.BASIC else facts
        named = ("source", "source_id", "page_url", "title", "author", "author_url", "license", "license_raw")
        provenance = {
            name: None if seen is None else getattr(seen.candidate, name)
            for name in (*named, "license_url", "attribution")
        }
        return Image(
            id=one.id,
            job_id=job.id,
            status=status_of(one, job),
            reason=reason_of(one),
            evidence=one.evidence,
            label=label_of(one, picture),
            keyword=None if query is None else job.spec.keywords[query.keyword].text,
            query=None if query is None else query.text,
            image_url=one.url,
            final_url=one.final_url,
            tags=() if seen is None else seen.candidate.tags,
            retrieved_at=one.retrieved_at,
            content_type=one.content_type,
            sha256=None if picture is None else picture.sha256,
            phash=None if hashed is None else f"{hashed.phash:016x}",
            dhash=None if hashed is None else f"{hashed.dhash:016x}",
            validation=None if facts is None else facts.validation,
            quality=None if facts is None else facts.scores,
            format=None if facts is None else facts.format,
            width=None if facts is None else facts.width,
            height=None if facts is None else facts.height,
            frames=None if facts is None else facts.frames,
            bytes=None if picture is None else picture.bytes,
            duplicate_of=self._instead(one, picture),
            duplicate_group=None if picture is None else picture.duplicate_group,
            quarantined=self._quarantined(picture),
            copies=self._copies(picture),
            labels=self._labels(one, picture),
            **provenance,
        )

    async def file(self, image: CandidateId, *, visible_to: Actor) -> ImageFile:
        one, _ = self._visible(image, visible_to)
        picture = self._picture(one)
        if picture is None:
            raise ImageHasNoFile(f"Image {image} was rejected before its file was kept.")
        return ImageFile(picture.key, picture.sha256, picture.facts.format, picture.bytes)

    def _visible(self, image: CandidateId, actor: Actor) -> tuple[CandidateEntry, CrawlJob]:
        one = self._tables.candidates.get(image)
        if one is not None and is_there(one):
            job = self._tables.crawl_jobs[one.job_id]
            if actor.may_see(job.owner_id):
                return one, job
        raise ImageNotFound(f"There is no image {image}.")

    def _picture(self, one: CandidateEntry) -> ImageEntry | None:
        return None if one.image_id is None else self._tables.images[one.image_id]

    def _instead(self, one: CandidateEntry, picture: ImageEntry | None) -> CandidateId | None:
        if picture is None or one.state == "good":
            return None
        candidates = self._tables.candidates.values()
        same = [c.id for c in candidates if c.image_id == picture.id and c.state == "good"]
        if same or picture.duplicate_of is None:
            return same[0] if same else None
        return self._tables.images[picture.duplicate_of].candidate_id

    def _quarantined(self, picture: ImageEntry | None) -> bool:
        held = None if picture is None else self._tables.quarantine.get(picture.id)
        return held is not None and held.released_at is None

    def _labels(self, one: CandidateEntry, picture: ImageEntry | None) -> tuple[ImageLabel, ...]:
        if picture is None or picture.candidate_id != one.id:
            return ()
        mine = [row.label for row in self._tables.labels.values() if row.image_id == picture.id]
        mine.sort(key=lambda row: (row.source, row.model, row.rank, row.label))
        return tuple(ImageLabel(row.label, row.source, row.confidence, row.model or None) for row in mine)

    def _copies(self, picture: ImageEntry | None) -> tuple[CandidateId, ...]:
        if picture is None or picture.duplicate_group is None:
            return ()
        found = [
            (other.state != "accepted", self._shown_by(other))
            for other in self._tables.images.values()
            if other.owner_id == picture.owner_id and other.duplicate_group == picture.duplicate_group
            if other.id != picture.id
        ]
        return tuple(key for _, key in sorted(found))

    def _shown_by(self, picture: ImageEntry) -> CandidateId:
        if picture.candidate_id is not None:
            return picture.candidate_id
        showing = [c for c in self._tables.candidates.values() if c.image_id == picture.id]
        return min(showing, key=lambda one: (one.reason != picture.reason, one.id)).id

    def _fits(self, one: CandidateEntry, job: CrawlJob, which: ImageFilter) -> bool:
        if (one.state == "rejected") is not which.rejected:
            return False
        if which.status not in (None, status_of(one, job)) or which.reason not in (None, one.reason):
            return False
        sightings = [s for s in self._tables.sightings.values() if s.candidate_id == one.id]
        if which.source is not None and which.source not in {s.candidate.source for s in sightings}:
            return False
        if not _is_of(one, which):
            return False
        seen = self._seen(one)
        if which.license is not None and (seen is None or seen.candidate.license != which.license):
            return False
        return _has(self._picture(one), which) and self._is_called(one, job, which)

    def _is_called(self, one: CandidateEntry, job: CrawlJob, which: ImageFilter) -> bool:
        picture = self._picture(one)
        if which.label is not None and label_of(one, picture) != which.label:
            return False
        if which.keyword is None:
            return True
        words = [keyword.text for keyword in job.spec.keywords]
        number = None if picture is None or picture.state != "accepted" else picture.keyword
        return which.keyword in words and words.index(which.keyword) == number

    def _listed(self, one: CandidateEntry, job: CrawlJob) -> ListedImage:
        picture, seen = self._picture(one), self._seen(one)
        facts = None if picture is None else picture.facts
        return ListedImage(
            one.id,
            status_of(one, job),
            reason_of(one),
            one.url,
            None if seen is None else seen.candidate.source,
            None if seen is None else seen.candidate.title,
            None if seen is None else seen.candidate.license,
            label_of(one, picture),
            None if picture is None else picture.sha256,
            None if facts is None else facts.format,
            None if facts is None else facts.width,
            None if facts is None else facts.height,
            None if picture is None else picture.bytes,
            one.retrieved_at,
        )

    def _seen(self, one: CandidateEntry) -> SightingEntry | None:
        picture = self._picture(one)

        def place(seen: SightingEntry) -> tuple[Any, ...]:
            chunk: Chunk = self._tables.chunks[seen.chunk_id]
            where = (chunk.keyword, chunk.position)
            named = picture is not None and picture.candidate_id == one.id
            stands = named and picture is not None and where == (picture.keyword, picture.position)
            return (not stands, *where, seen.rank)

        sightings = [s for s in self._tables.sightings.values() if s.candidate_id == one.id]
        return min(sightings, key=place, default=None)


def _is_of(one: CandidateEntry, which: ImageFilter) -> bool:
    """Whether the checks and its copies ended as is asked."""
    copy = (one.reason or "").startswith("duplicate")
    return which.valid in (None, one.image_id is not None) and which.duplicate in (None, copy)


def _has(picture: ImageEntry | None, which: ImageFilter) -> bool:
    """Whether its file is as is asked."""
    if picture is None:
        return all(getattr(which, name) is None for name in ("format", *SIZES))
    sizes = (picture.facts.width, picture.facts.width, picture.facts.height, picture.facts.height)
    for name, size in zip(SIZES, sizes, strict=True):
        limit = getattr(which, name)
        if limit is not None and (size < limit if name.startswith("min") else size > limit):
            return False
    return which.format in (None, picture.facts.format)


SIZES = ("min_width", "max_width", "min_height", "max_height")


def is_there(one: CandidateEntry) -> bool:
    return one.state != "pending" and one.reason != Reason.REMOVED


def status_of(one: CandidateEntry, job: CrawlJob) -> ImageStatus:
    if one.state == "rejected":
        return ImageStatus.REJECTED
    return ImageStatus.ACCEPTED if job.status is JobStatus.COMPLETED else ImageStatus.GOOD


def reason_of(one: CandidateEntry) -> Reason | None:
    return None if one.reason is None else Reason(one.reason)


def label_of(one: CandidateEntry, picture: ImageEntry | None) -> str | None:
    return picture.label if picture is not None and picture.candidate_id == one.id else None
