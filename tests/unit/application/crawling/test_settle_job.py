"""Completing a job, or finding that more is needed."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from pixcrawler.application.crawling.settle_job import SettleJob
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.events import ChunkOpened, JobCompleted
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.spec import DedupLevel
from pixcrawler.domain.shared.errors import StorageFull
from tests.fakes.aggregates import spec
from tests.fakes.memory_transaction import MemoryTransaction
from tests.unit.application.crawling.stage import CHUNK, SEARCH, SETTLE, Stage

T = TypeVar("T")


async def test_the_best_ranked_stay_and_the_counts_add_up() -> None:
    stage = Stage(cat=[["a", "b", "c", "d"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.finish()
    job = stage.job(job_id)
    assert (job.status, job.accepted, job.reasons) == (JobStatus.COMPLETED, 2, {"limit_reached": 2})
    assert stage.reasons() == {"a": None, "b": None, "c": "limit_reached", "d": "limit_reached"}
    assert job.found == job.accepted + job.rejected
    assert [event.accepted for event in stage.database.events if isinstance(event, JobCompleted)] == [2]


async def test_near_duplicates_are_looked_for_at_the_level_of_the_job() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started(spec_=spec("cat", dedup=DedupLevel.LOW))
    await stage.finish()
    assert stage.near.levels == ["low"]


def alike(stage: Stage) -> None:
    """All pictures look the same from now on."""
    phashes = {image.facts.phash for image in stage.database.tables.images.values()}
    stage.near._alike |= {frozenset((one, other)) for one in phashes for other in phashes}


async def test_too_many_duplicates_open_the_next_page() -> None:
    stage = Stage(cat=[["a", "b"], ["c"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.act_until(SETTLE)
    alike(stage)
    await stage.act(SETTLE)
    job = stage.job(job_id)
    assert (job.status, job.settling, job.lost) == (JobStatus.RUNNING, False, [1])
    assert stage.pending() == [SEARCH]


async def test_settling_again_ends_when_there_is_no_more() -> None:
    stage = Stage(cat=[["a", "b"], ["c"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.act_until(SETTLE)
    alike(stage)
    await stage.finish()
    assert stage.job(job_id).status is JobStatus.COMPLETED


class Interrupted(MemoryTransaction):
    """Lets something happen between reading and writing."""

    meanwhile: Callable[[], Awaitable[None]]

    async def repeated(
        self,
        work: Callable[..., Awaitable[T]],
        *,
        fenced_by: Lease | None = None,
        in_turn: UUID | None = None,
    ) -> T:
        await self.meanwhile()
        return await super().repeated(work, fenced_by=fenced_by, in_turn=in_turn)


async def test_a_chunk_that_ends_while_settling_decides_without_it_is_not_forgotten() -> None:
    """The last chunk is open when settling reads, and closed when it writes: then nobody else looks again."""
    stage = Stage(cat=[[f"{number:02}" for number in range(22)]])
    job_id = await stage.started("cat", max_images=10)
    await stage.act_until(CHUNK)
    last = max(stage.database.tables.chunks.values(), key=lambda chunk: chunk.position)
    opened = ChunkOpened(at=stage.clock.now(), job_id=job_id, run=1, chunk_id=last.id)
    async with stage.transaction() as tx:
        last.open(run=1, size=await tx.chunks.take_candidates(last.id))
        await tx.chunks.save(last)
        tx.record(opened, owner=stage.owner.id, lane="shared")
        await tx.commit()
    await stage.act(CHUNK)
    assert stage.pending() == [SETTLE, CHUNK]
    alike(stage)

    async def last_chunk_fails() -> None:
        _, lease = stage.claimed(CHUNK)
        await stage.fail_chunk(opened, lease=lease, error=ValueError())

    racing = Interrupted(stage.database, new_id=stage.new_id)
    racing.meanwhile = last_chunk_fails
    payload, lease = stage.claimed(SETTLE)
    settle_job = SettleJob(transaction=racing, near_duplicates=stage.near, clock=stage.clock)
    await settle_job(payload, lease=lease)
    assert stage.pending() == [SETTLE]
    await stage.finish()
    assert stage.job(job_id).status is JobStatus.COMPLETED


async def test_settling_a_stopped_job_changes_nothing() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.act_until(SETTLE)
    payload, lease = stage.claimed(SETTLE)
    await stage.stop(job_id, by=stage.owner)
    await stage.settle_job(payload, lease=lease)
    assert stage.job(job_id).status is JobStatus.CANCELLED
    assert not lease.closed


async def test_a_job_is_settled_once() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.act_until(SETTLE)
    payload, lease = stage.claimed(SETTLE)
    await stage.settle_job(payload, lease=lease)
    await stage.settle_job(payload, lease=lease)
    assert sum(isinstance(event, JobCompleted) for event in stage.database.events) == 1
    assert stage.job(job_id).accepted == 1


async def test_chunks_that_were_not_needed_are_cancelled() -> None:
    stage = Stage(cat=[[f"{number:02}" for number in range(30)]])
    await stage.started("cat", max_images=3)
    await stage.finish()
    statuses = [chunk.status for chunk in stage.database.tables.chunks.values()]
    assert statuses == [ChunkStatus.COMPLETED, ChunkStatus.CANCELLED, ChunkStatus.CANCELLED]


async def test_a_job_that_cannot_be_settled_has_failed_and_says_why() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat")
    await stage.act_until(SETTLE)
    payload, lease = stage.claimed(SETTLE)
    await stage.fail_job(payload, lease=lease, error=StorageFull("The disk is full."))
    job = stage.job(job_id)
    assert (job.status, job.failure_code, job.failure) == (
        JobStatus.FAILED,
        "STORAGE_FULL",
        "The disk is full.",
    )
    assert lease.closed


async def test_a_bugs_own_words_are_not_shown() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.act_until(SETTLE)
    payload, lease = stage.claimed(SETTLE)
    await stage.fail_job(payload, lease=lease, error=KeyError("password"))
    job = stage.job(job_id)
    assert job.failure_code == "INTERNAL"
    assert "password" not in (job.failure or "")


async def test_failing_a_stopped_job_changes_nothing() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.act_until(SETTLE)
    payload, lease = stage.claimed(SETTLE)
    await stage.stop(job_id, by=stage.owner)
    await stage.fail_job(payload, lease=lease, error=KeyError("x"))
    assert stage.job(job_id).status is JobStatus.CANCELLED
    assert lease.closed
