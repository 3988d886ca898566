"""Which copy of a picture stays, in memory."""

import msgspec

from pixcrawler.application.ports.copies import Copy
from pixcrawler.domain.crawling.errors import ImageHasNoFile
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CandidateId, ImageId
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.memory_tables import Tables

change = msgspec.structs.replace


class MemoryCopies:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def find(self, job: CrawlJob, candidate: CandidateId) -> Copy:
        asked = self.tables.candidates[candidate]
        if asked.image_id is None or asked.job_id != job.id:
            raise ImageHasNoFile(f"Image {candidate} was rejected before its file was kept.")
        image = self.tables.images[asked.image_id]
        showing = [one for one in self.tables.candidates.values() if one.image_id == image.id]
        mine = sorted((one.id != candidate, one.id) for one in showing if one.reason == image.reason)
        leader = self.tables.images.get(image.duplicate_of) if image.duplicate_of else None
        stands = leader is not None and leader.state == "accepted"
        return Copy(
            image=image.id,
            candidate=image.candidate_id or mine[0][1],
            reason=None if image.reason is None else Reason(image.reason),
            restored=image.review == "apart",
            leader=leader.id if leader is not None and stands else None,
            leader_job=leader.job_id if leader is not None and stands else None,
            same_bytes=leader is not None and stands and leader.sha256 == image.sha256,
        )

    async def keep(self, job: CrawlJob, copy: Copy) -> None:
        self._accept(job, copy, "apart", self.tables.images[copy.image].duplicate_of)

    async def keep_instead(self, job: CrawlJob, copy: Copy) -> None:
        assert copy.leader is not None
        self._reject(copy.leader, copy.image, "duplicate_near")
        self._accept(job, copy, "preferred", None)
        for key, image in self.tables.images.items():
            if image.duplicate_of == copy.leader and image.id != copy.image:
                self.tables.images[key] = change(image, duplicate_of=copy.image)

    async def drop(self, job: CrawlJob, copy: Copy) -> None:
        assert job.id == self.tables.images[copy.image].job_id
        self._reject(copy.image, copy.leader, copy.kind.value)

    def _accept(self, job: CrawlJob, copy: Copy, review: str, leader: ImageId | None) -> None:
        sightings = [s for s in self.tables.sightings.values() if s.candidate_id == copy.candidate]
        places = [(self.tables.chunks[s.chunk_id], s) for s in sightings if s.refused is None]
        chunk, seen = min(places, key=lambda place: (place[0].position, place[0].keyword, place[1].rank))
        own = seen.candidate.label
        self.tables.images[copy.image] = change(
            self.tables.images[copy.image],
            state="accepted",
            reason=None,
            review=review,
            duplicate_of=leader,
            candidate_id=copy.candidate,
            keyword=chunk.keyword,
            position=chunk.position,
            label=job.spec.keywords[chunk.keyword].label if own is None else own,
        )
        one = self.tables.candidates[copy.candidate]
        self.tables.candidates[one.id] = change(one, state="good", reason=None)

    def _reject(self, image: ImageId, leader: ImageId | None, reason: str) -> None:
        shown = self.tables.images[image]
        assert shown.candidate_id is not None
        one = self.tables.candidates[shown.candidate_id]
        self.tables.candidates[one.id] = change(one, state="rejected", reason=reason)
        self.tables.images[image] = change(
            shown,
            state="rejected",
            reason=reason,
            review=None,
            duplicate_of=leader,
            candidate_id=None,
            keyword=None,
            position=None,
            label=None,
        )
