"""The block-list in memory."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from pixcrawler.application.ports.blocks import Shown, TakenAway
from pixcrawler.domain.crawling.blocking import NEAR, Block, Blocked, BlockKind, BlockList, Taken
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.memory_tables import ImageEntry, Tables

change = msgspec.structs.replace


def standing(tables: Tables) -> BlockList:
    return BlockList(one.blocked for one in tables.blocks.values() if one.lifted_at is None)


class MemoryBlocks:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def add(self, block: Block) -> bool:
        there = self._active(block.blocked)
        if there is None:
            self.tables.blocks[block.id] = block
        elif block.taken_down:
            self.tables.blocks[there.id] = change(there, taken_down=True)
        return there is None

    async def lift(self, blocked: Blocked, *, at: datetime) -> bool:
        there = self._active(blocked)
        if there is not None:
            self.tables.blocks[there.id] = change(there, lifted_at=at)
        return there is not None

    async def all(self) -> list[Block]:
        active = [one for one in self.tables.blocks.values() if one.lifted_at is None]
        return sorted(active, key=lambda one: one.id)

    async def shown(self, blocked: Blocked) -> list[Shown]:
        images = [one for one in self.tables.images.values() if self._shows(one, blocked)]
        found = {Shown(CrawlJobId(one.job_id), one.sha256, one.key) for one in images}
        return sorted(found, key=lambda one: (one.job, one.sha256))

    async def take_away(self, job: CrawlJob, digests: Sequence[str], evidence: str) -> TakenAway:
        images = [i for i in self.tables.images.values() if i.job_id == job.id and i.sha256 in digests]
        standing, undone = 0, dict[str, int]()
        for image in images:
            del self.tables.images[image.id]
            for one in [c for c in self.tables.candidates.values() if c.image_id == image.id]:
                standing += one.reason is None
                if one.reason is not None:
                    undone[one.reason] = undone.get(one.reason, 0) + 1
                self.tables.candidates[one.id] = change(
                    one, state="rejected", reason=Reason.BLOCKED.value, image_id=None, evidence=evidence
                )
        pictures = sum(image.reason != Reason.REMOVED for image in images)
        return TakenAway(pictures, standing, undone)

    async def taken_down(self, digests: Sequence[str], *, since: datetime) -> list[Taken]:
        rows = sorted(self.tables.blocks.values(), key=lambda one: (one.value, one.created_at))
        found = [
            one
            for one in rows
            if one.kind is BlockKind.SHA256 and one.taken_down and one.created_at >= since
            if one.value in digests
        ]
        return list({one.value: Taken(one.value, one.created_at, one.reason) for one in found}.values())

    def _active(self, blocked: Blocked) -> Block | None:
        same = (blocked.kind, blocked.value)
        rows = [one for one in self.tables.blocks.values() if (one.kind, one.value) == same]
        return next((one for one in rows if one.lifted_at is None), None)

    def _shows(self, image: ImageEntry, blocked: Blocked) -> bool:
        match blocked.kind:
            case BlockKind.SHA256:
                return image.sha256 == blocked.value
            case BlockKind.PHASH:
                return (image.facts.phash ^ int(blocked.value, 16)).bit_count() <= NEAR
            case BlockKind.URL:
                held = {i.id: i.sha256 for i in self.tables.images.values()}
                digests = {
                    held[c.image_id]
                    for c in self.tables.candidates.values()
                    if c.image_id in held
                    if c.digest.hex() == blocked.value or c.final_url == blocked.subject
                }
                return image.sha256 in digests
