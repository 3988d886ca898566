"""A completed job whose pictures are stored, and all that looks at them again, on fakes."""

import hashlib
import io
from typing import Any

import msgspec
from PIL import Image

from pixcrawler.application.imaging.cut_validation import CutValidation, FailCutting
from pixcrawler.application.imaging.look_again import FailLook, LookAgain
from pixcrawler.application.imaging.validate_job import ValidateJob
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.validation_reads import ValidationTasks
from pixcrawler.domain.imaging.validation import (
    RunMode,
    ValidationChunkOpened,
    ValidationRequested,
    ValidationRun,
    Verdict,
)
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import ImageId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.aggregates import AT, Aggregates, facts, sha, spec
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.inspector import PillowInspector
from tests.fakes.memory_tables import ImageEntry
from tests.fakes.memory_transaction import MemoryTransaction
from tests.fakes.object_store import MemoryObjectStore

CUT, LOOK = "pixcrawler.imaging.cut_validation", "pixcrawler.imaging.look_again"
PAYLOADS: dict[str, Any] = {CUT: ValidationRequested, LOOK: ValidationChunkOpened}


def good() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "PNG")
    return file.getvalue()


def black() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 300)).save(file, "PNG")
    return file.getvalue()


class PatchyStore(MemoryObjectStore):
    """Does not answer for the keys that are ``away``."""

    def __init__(self) -> None:
        super().__init__()
        self.away: set[str] = set()

    async def open_for_reading(self, key: str) -> int:
        if key in self.away:
            raise Unavailable("The store does not answer.")
        return await super().open_for_reading(key)


class Room:
    """A completed job with pictures, all accepted, and its owner."""

    def __init__(self) -> None:
        self.new_id = CountingIds()
        self.transaction = MemoryTransaction(new_id=self.new_id)
        self.database = self.transaction.database
        self.store, self.inspector = PatchyStore(), PillowInspector()
        make = Aggregates(self.new_id)
        self.profile = make.profile()
        self.owner = Actor(self.profile.id, Role.USER)
        self.job = make.job(make.project(self.profile), spec=spec("cat"))
        self.database.tables.crawl_jobs[self.job.id] = self.job
        common: dict[str, Any] = {"transaction": self.transaction, "clock": StandingClock()}
        self.request = ValidateJob(**common, new_id=self.new_id)
        self.cut = CutValidation(**common, new_id=self.new_id)
        self.look = LookAgain(**common, store=self.store, inspector=self.inspector)
        self.fail_look, self.fail_cutting = FailLook(**common), FailCutting(**common)

    async def has(self, *files: bytes | None) -> list[ImageId]:
        """Pictures with these files; None is one whose file is gone."""
        return [await self._add(number, data) for number, data in enumerate(files)]

    async def _add(self, number: int, data: bytes | None) -> ImageId:
        digest = sha(number) if data is None else hashlib.sha256(data).hexdigest()
        entry = ImageEntry(
            id=ImageId(self.new_id()),
            job_id=self.job.id,
            owner_id=self.owner.id,
            sha256=digest,
            key=f"pictures/{number}",
            bytes=1,
            facts=facts(),
            retrieved_at=AT,
            state="accepted",
        )
        self.database.tables.images[entry.id] = entry
        if data is not None:
            await self.store.put(entry.key, data)
        return entry.id

    async def asked(
        self, level: Validation | None = Validation.STRICT, mode: RunMode = RunMode.REPORT, **more: Any
    ) -> ValidationTasks:
        return await self.request(self.job.id, level=level, mode=mode, by=more.pop("by", self.owner), **more)

    def claimed(self, name: str) -> tuple[Any, Lease]:
        (task, *_) = self.database.tasks(name=name)
        return msgspec.json.decode(task.payload, type=PAYLOADS[name]), self.database.claim(task)

    async def finish(self) -> None:
        while pending := self.database.tasks():
            payload, lease = self.claimed(pending[0].name)
            await (self.cut if pending[0].name == CUT else self.look)(payload, lease=lease)
            assert lease.closed

    def run(self) -> ValidationRun:
        (run,) = self.database.tables.validations.values()
        return run

    def verdict(self, image: ImageId, level: Validation = Validation.STRICT) -> tuple[Verdict, Reason | None]:
        judgement = self.database.tables.validation_results[image, level].judgement
        return judgement.verdict, judgement.reason

    def kept_out(self) -> set[ImageId]:
        held = self.database.tables.quarantine
        return {ImageId(image) for image, one in held.items() if one.released_at is None}


async def opened(room: Room) -> tuple[Any, Lease]:
    """The first chunk of what was asked for, claimed."""
    payload, lease = room.claimed(CUT)
    await room.cut(payload, lease=lease)
    return room.claimed(LOOK)
