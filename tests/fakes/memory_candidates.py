"""Candidates and images in memory."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from pixcrawler.application.ports.blocks import without_barred
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.repositories import (
    Bad,
    Good,
    JobRecord,
    KnownImage,
    PendingCandidate,
    Recorded,
    Removed,
    Sighting,
    Verdict,
)
from pixcrawler.domain.crawling.chunk import Chunk
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.settle import Picture, Record, Review, Sighted
from pixcrawler.domain.shared.ids import (
    CandidateId,
    ChunkId,
    CrawlJobId,
    ImageId,
    UserId,
)
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.memory_blocks import standing
from tests.fakes.memory_repositories import rejected_by_reason
from tests.fakes.memory_tables import CandidateEntry, ImageEntry, SightingEntry, Tables

change = msgspec.structs.replace
NOWHERE: dict[str, Any] = {"candidate_id": None, "keyword": None, "position": None, "label": None}


class MemoryCandidates:
    def __init__(self, tables: Tables, new_id: NewId) -> None:
        self.tables = tables
        self._new_id = new_id

    async def add_sightings(self, job: CrawlJobId, sightings: Sequence[Sighting]) -> int:
        known = {one.digest: one.id for one in self.tables.candidates.values() if one.job_id == job}
        before = len(known)
        for seen in sightings:
            if seen.digest not in known:
                key = known[seen.digest] = CandidateId(self._new_id())
                self.tables.candidates[key] = CandidateEntry(
                    id=key, job_id=job, digest=seen.digest, url=seen.url
                )
            self.tables.sightings[seen.chunk, seen.rank] = SightingEntry(
                chunk_id=seen.chunk,
                rank=seen.rank,
                job_id=job,
                candidate_id=known[seen.digest],
                candidate=seen.candidate,
                refused=None if seen.refused is None else seen.refused.value,
            )
        return len(known) - before

    async def pending_of(self, chunk: ChunkId) -> list[PendingCandidate]:
        found: dict[CandidateId, PendingCandidate] = {}
        for seen in self._page(chunk):
            one = self.tables.candidates[seen.candidate_id]
            if one.chunk_id == chunk and one.state == "pending" and one.id not in found:
                found[one.id] = PendingCandidate(id=one.id, url=one.url, sha256=seen.candidate.sha256)
        return list(found.values())

    async def record(
        self, job: CrawlJob, chunk: ChunkId, good: Sequence[Good], bad: Sequence[Bad]
    ) -> Recorded:
        images = {i.sha256: i.id for i in self.tables.images.values() if i.job_id == job.id}
        rejected: dict[str, int] = {}
        done = accepted = 0
        good, barred = without_barred(standing(self.tables), good)
        fates: list[Good | Bad] = [*bad, *barred, *good]
        for fate in fates:
            first = isinstance(fate, Good) and fate.sha256 not in images
            if isinstance(fate, Good) and first:
                images[fate.sha256] = fate.image
                self.tables.images[fate.image] = _image(job, fate)
            one = self.tables.candidates.get(fate.candidate)
            if one is None or one.state != "pending" or one.chunk_id != chunk:
                continue
            done += 1
            ended = _ended(one, fate, images, first=first)
            self.tables.candidates[one.id] = ended
            accepted += ended.state == "good"
            if ended.reason is not None:
                rejected[ended.reason] = rejected.get(ended.reason, 0) + 1
        return Recorded(done, accepted, rejected)

    async def fail_chunk(self, chunk: ChunkId, reason: Reason, evidence: str) -> dict[str, int]:
        rows = self.tables.candidates
        left = [one for one in rows.values() if one.chunk_id == chunk and one.state == "pending"]
        for one in left:
            rows[one.id] = change(one, state="rejected", reason=reason.value, evidence=evidence[:500])
        return {reason.value: len(left)} if left else {}

    async def job_of(self, candidate: CandidateId) -> CrawlJobId:
        one = self.tables.candidates.get(candidate)
        if one is None or one.reason == Reason.REMOVED:
            raise ImageNotFound(f"There is no image {candidate}.")
        return one.job_id

    async def remove_picture(self, job: CrawlJob, candidate: CandidateId) -> Removed:
        picture = self.tables.candidates[candidate].image_id
        if picture is None:
            raise ImageHasNoFile(f"Image {candidate} has no file that could be removed.")
        shown = [one for one in self._of(job.id) if one.image_id == picture]
        undone = Counter(one.reason for one in shown if one.reason is not None)
        for one in shown:
            gone = change(one, state="rejected", reason=Reason.REMOVED.value, image_id=None)
            self.tables.candidates[one.id] = gone
        self.tables.images[picture] = change(
            self.tables.images[picture],
            state="rejected",
            reason=Reason.REMOVED.value,
            duplicate_of=None,
            duplicate_group=None,
            **NOWHERE,
            wanted_by=self.tables.being_built(job.id),
        )
        return Removed(stood=len(shown) > undone.total(), undone=dict(undone))

    async def record_of(self, job: CrawlJob) -> JobRecord:
        images = sorted(self._images(job.id), key=lambda image: image.sha256)
        numbers = {image.id: number for number, image in enumerate(images)}
        candidates = sorted(self._of(job.id), key=lambda one: one.id)
        sighted = {
            one.id: Sighted(
                number, numbers.get(one.image_id) if one.image_id else None, one.state != "pending"
            )
            for number, one in enumerate(candidates)
        }
        return JobRecord(
            records=[self._record(job, number, sighted) for number in range(len(job.spec.keywords))],
            candidates=[one.id for one in candidates],
            images=[image.id for image in images],
            pictures=[
                Picture(
                    i.facts.width * i.facts.height, i.bytes, i.sha256, Review(i.review) if i.review else None
                )
                for i in images
            ],
            prints=[image.facts for image in images],
        )

    async def settle(
        self,
        job: CrawlJob,
        kept: Iterable[Verdict],
        holders: Iterable[tuple[ImageId, CandidateId]],
        near: Mapping[ImageId, ImageId],
        contested: Sequence[ImageId] = (),
    ) -> dict[str, int]:
        verdicts = {verdict.image: verdict for verdict in kept}
        holder = dict(holders)
        for image in self._images(job.id):
            decided = self._settled(job, image, verdicts.get(image.id), near)
            reason = "label_conflict" if image.id in contested else decided.reason
            self.tables.images[image.id] = change(decided, reason=reason)
        oldest = {one.image_id: one.id for one in sorted(self._of(job.id), key=lambda c: c.id, reverse=True)}
        for one in self._of(job.id):
            if one.state == "pending":
                ended = self._never_asked(one)
            elif one.image_id is None:
                continue
            elif one.id != holder.get(one.image_id, oldest[one.image_id]):
                ended = change(one, state="rejected", reason="duplicate_exact")
            else:
                reason = self.tables.images[one.image_id].reason
                ended = change(one, state="rejected" if reason else "good", reason=reason)
            self.tables.candidates[one.id] = ended
        return rejected_by_reason(self.tables, job.id)

    def _settled(
        self, job: CrawlJob, image: ImageEntry, verdict: Verdict | None, near: Mapping[ImageId, ImageId]
    ) -> ImageEntry:
        leader = self.tables.images.get(near[image.id]) if image.id in near else None
        blank = change(
            image,
            **NOWHERE,
            duplicate_of=image.duplicate_of if image.review == Review.APART else None,
            duplicate_group=None,
        )
        if leader is not None:
            reason = "duplicate_exact" if leader.sha256 == image.sha256 else "duplicate_near"
            return change(blank, state="rejected", reason=reason, duplicate_of=leader.id)
        if verdict is None:
            return change(blank, state="rejected", reason="limit_reached")
        own = [
            seen.candidate.label
            for seen in sorted(self.tables.sightings.values(), key=lambda seen: seen.rank)
            if seen.candidate_id == verdict.candidate
            and seen.refused is None
            and self._place(seen.chunk_id) == (verdict.keyword, verdict.chunk)
        ]
        return change(
            blank,
            state="accepted",
            reason=None,
            candidate_id=verdict.candidate,
            keyword=verdict.keyword,
            position=verdict.chunk,
            label=own[0] if own and own[0] is not None else job.spec.keywords[verdict.keyword].label,
        )

    def _place(self, chunk: ChunkId) -> tuple[int, int]:
        return self.tables.chunks[chunk].keyword, self.tables.chunks[chunk].position

    def _record(self, job: CrawlJob, keyword: int, sighted: Mapping[CandidateId, Sighted]) -> Record:
        def is_mine(chunk: Chunk) -> bool:
            return (chunk.job_id, chunk.keyword) == (job.id, keyword)

        chunks = sorted(filter(is_mine, self.tables.chunks.values()), key=lambda chunk: chunk.position)
        queries = [q for q in self.tables.queries.values() if (q.job_id, q.keyword) == (job.id, keyword)]
        return Record(
            chunks=[
                [change(sighted[s.candidate_id], label=s.candidate.label) for s in self._page(chunk.id)]
                for chunk in chunks
            ],
            closed=[chunk.status.closed for chunk in chunks],
            counted=[chunk.good for chunk in chunks],
            exhausted=all(query.status is not QueryStatus.OPEN for query in queries),
        )

    def _never_asked(self, one: CandidateEntry) -> CandidateEntry:
        mine = [seen for seen in self.tables.sightings.values() if seen.candidate_id == one.id]
        first = min(mine, key=lambda s: (s.refused is not None, *self._place(s.chunk_id)[::-1], s.rank))
        if first.refused is None:
            return change(one, state="rejected", reason="limit_reached")
        return change(one, state="rejected", reason=first.refused, evidence="as the source describes it")

    def _page(self, chunk: ChunkId) -> list[SightingEntry]:
        """Without what was refused there."""
        sightings = self.tables.sightings.values()
        mine = [seen for seen in sightings if seen.chunk_id == chunk and seen.refused is None]
        return sorted(mine, key=lambda seen: seen.rank)

    def _of(self, job: CrawlJobId) -> list[CandidateEntry]:
        return [one for one in self.tables.candidates.values() if one.job_id == job]

    def _images(self, job: CrawlJobId) -> list[ImageEntry]:
        """Without those that were removed."""
        images = self.tables.images.values()
        return [image for image in images if image.job_id == job and image.reason != Reason.REMOVED]


def _image(job: CrawlJob, good: Good) -> ImageEntry:
    copied = {name: getattr(good, name) for name in ("sha256", "key", "bytes", "facts", "retrieved_at")}
    return ImageEntry(id=good.image, job_id=job.id, owner_id=job.owner_id, **copied)


def _ended(
    one: CandidateEntry, fate: Good | Bad, images: Mapping[str, ImageId], *, first: bool
) -> CandidateEntry:
    tried = change(one, attempts=one.attempts + 1, retrieved_at=fate.retrieved_at)
    if isinstance(fate, Bad):
        return change(tried, state="rejected", reason=fate.reason.value, evidence=fate.evidence[:500])
    return change(
        tried,
        state="good" if first else "rejected",
        reason=None if first else "duplicate_exact",
        image_id=images[fate.sha256],
        final_url=fate.final_url,
        content_type=fate.content_type,
    )


class MemoryImages:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def known(
        self, owner: UserId, digests: Sequence[str], level: Validation = Validation.STANDARD
    ) -> dict[str, KnownImage]:
        return {
            image.sha256: KnownImage(image.sha256, image.key, image.facts)
            for image in self.tables.images.values()
            if image.owner_id == owner and image.sha256 in digests and image.reason != Reason.REMOVED
            if image.facts.validation is level
        }

    async def unnamed(self, keys: Sequence[str]) -> set[str]:
        building = set(self.tables.being_built())
        images = self.tables.images.values()
        named = {i.key for i in images if i.reason != Reason.REMOVED or building.intersection(i.wanted_by)}
        named |= self.tables.needed()
        jobs, schedules = self.tables.crawl_jobs.values(), self.tables.schedules.values()
        for spec in (*(job.spec for job in jobs), *(one.spec for one in schedules)):
            named |= set(spec.inputs.values())
        return set(keys) - named
