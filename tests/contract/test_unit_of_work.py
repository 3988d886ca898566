"""What a unit of work promises: all or nothing, events become tasks with it, a lost lease writes nothing."""

import asyncio

import msgspec
import pytest

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.events import ChunkOpened, JobFilled, JobStarted
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.errors import ChangedMeanwhile, LeaseLost, NotFound, StorageFull
from tests.contract.stages import Scene, Stage, scene
from tests.fakes.aggregates import AT


async def leased(stage: Stage, play: Scene) -> Lease:
    """A worker's claim on a new task of the job."""
    async with stage.transaction() as tx:
        filled = JobFilled(at=AT, job_id=play.job.id, run=1)
        tx.record(filled, owner=play.job.owner_id, lane=play.job.lane)
        await tx.commit()
    return await stage.claim(play.job.lane)


async def renamed(stage: Stage, play: Scene, name: str, *, lease: Lease, closing: bool = False) -> None:
    async with stage.transaction(fenced_by=lease) as tx:
        job = await tx.crawl_jobs.locked(play.job.id)
        job.name = name
        await tx.crawl_jobs.save(job)
        await tx.commit(closing=lease if closing else None)


async def name_of(stage: Stage, play: Scene) -> str:
    async with stage.transaction() as tx:
        return (await tx.crawl_jobs.get(play.job.id)).name


async def states(stage: Stage) -> list[str]:
    return [task.state for task in await stage.tasks()]


async def test_what_is_committed_is_there_for_the_next(stage: Stage) -> None:
    profile = stage.make.profile()
    async with stage.transaction() as tx:
        await tx.profiles.add(profile)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.profiles.get(profile.id) == profile


async def test_leaving_without_commit_rolls_everything_back(stage: Stage) -> None:
    play = await scene(stage)
    profile = stage.make.profile()
    async with stage.transaction() as tx:
        await tx.profiles.add(profile)
        await tx.crawl_jobs.delete(play.job.id)
        tx.record(JobFilled(at=AT, job_id=play.job.id, run=1), owner=play.job.owner_id, lane="shared")
    async with stage.transaction() as tx:
        await tx.crawl_jobs.get(play.job.id)
        with pytest.raises(NotFound):
            await tx.profiles.get(profile.id)
    assert await stage.tasks() == []


async def test_an_exception_inside_rolls_everything_back(stage: Stage) -> None:
    profile = stage.make.profile()

    async def fails() -> None:
        async with stage.transaction() as tx:
            await tx.profiles.add(profile)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    async with stage.transaction() as tx:
        with pytest.raises(NotFound):
            await tx.profiles.get(profile.id)


async def test_what_is_written_can_be_read_in_the_same_transaction(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction() as tx:
        job = await tx.crawl_jobs.locked(play.job.id)
        job.found = 99
        await tx.crawl_jobs.save(job)
        assert (await tx.crawl_jobs.get(play.job.id)).found == 99


async def test_an_event_becomes_its_tasks_in_the_commit(stage: Stage) -> None:
    play = await scene(stage)
    opened = ChunkOpened(at=AT, job_id=play.job.id, run=7, chunk_id=play.chunks[0].id)
    async with stage.transaction() as tx:
        tx.record(opened, owner=play.job.owner_id, lane="local:x")
        await tx.commit()
    (task,) = await stage.tasks()
    assert (task.name, task.queue, task.priority) == ("pixcrawler.crawling.run_chunk", "crawl", 100)
    assert (task.lane, task.owner_id, task.subject_id) == ("local:x", play.job.owner_id, play.job.id)
    assert (task.run, task.state) == (7, "pending")
    assert msgspec.json.decode(task.payload, type=ChunkOpened) == opened


async def test_an_event_without_reactions_becomes_no_task(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction() as tx:
        tx.record(JobStarted(at=AT, job_id=play.job.id, run=1), owner=play.job.owner_id, lane="shared")
        await tx.commit()
    assert await stage.tasks() == []


async def test_the_ids_of_its_tasks_are_known_before_the_commit(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction() as tx:
        assert tx.task_ids == ()
        for run in (1, 2):
            tx.record(JobFilled(at=AT, job_id=play.job.id, run=run), owner=play.job.owner_id, lane="shared")
        told = tx.task_ids
        await tx.commit()
    assert list(told) == [task.id for task in await stage.tasks()]


async def test_a_task_and_a_line_of_the_log_carry_the_id_of_the_request(stage: Stage) -> None:
    play = await scene(stage)
    for stage.request_id in ("req-1", None):
        async with stage.transaction() as tx:
            tx.record(JobFilled(at=AT, job_id=play.job.id, run=1), owner=play.job.owner_id, lane="shared")
            await tx.job_log.add(log.stopped(play.job, at=AT))
            await tx.commit()
    assert [task.request_id for task in await stage.tasks()] == ["req-1", None]
    assert [line.request_id for line in await stage.log(play.job.id)] == ["req-1", None]


async def test_the_task_is_closed_by_the_commit_of_its_effect(stage: Stage) -> None:
    play = await scene(stage)
    lease = await leased(stage, play)
    await renamed(stage, play, "done", lease=lease, closing=True)
    assert lease.closed
    assert await states(stage) == ["done"]
    assert await name_of(stage, play) == "done"


async def test_a_closed_task_cannot_have_its_effect_again(stage: Stage) -> None:
    play = await scene(stage)
    lease = await leased(stage, play)
    await renamed(stage, play, "once", lease=lease, closing=True)
    with pytest.raises(LeaseLost):
        await renamed(stage, play, "twice", lease=lease, closing=True)
    with pytest.raises(LeaseLost):
        await renamed(stage, play, "thrice", lease=lease)
    assert await name_of(stage, play) == "once"


async def test_a_task_given_up_is_closed_as_failed(stage: Stage) -> None:
    play = await scene(stage)
    lease = await leased(stage, play)
    lease.failing = "Broken: it broke"
    await renamed(stage, play, "failed", lease=lease, closing=True)
    assert await states(stage) == ["failed"]


async def test_a_held_lease_lets_through_as_many_commits_as_it_likes(stage: Stage) -> None:
    play = await scene(stage)
    lease = await leased(stage, play)
    await renamed(stage, play, "one", lease=lease)
    await renamed(stage, play, "two", lease=lease)
    assert await states(stage) == ["running"]
    assert await name_of(stage, play) == "two"


@pytest.mark.parametrize("closing", [False, True], ids=["a batch", "the last batch"])
async def test_a_stale_lease_writes_nothing(stage: Stage, *, closing: bool) -> None:
    play = await scene(stage)
    stale = await leased(stage, play)
    newer = await stage.claim(play.job.lane)
    with pytest.raises(LeaseLost):
        await renamed(stage, play, "by the stale one", lease=stale, closing=closing)
    assert not stale.closed
    assert await name_of(stage, play) == play.job.name
    await renamed(stage, play, "by the newer one", lease=newer, closing=True)
    assert await name_of(stage, play) == "by the newer one"


async def test_of_two_who_saved_the_same_version_the_second_is_refused(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction() as tx:
        mine = await tx.crawl_jobs.get(play.job.id)
        theirs = await tx.crawl_jobs.get(play.job.id)

    async def save(job: CrawlJob) -> None:
        async with stage.transaction() as tx:
            await tx.crawl_jobs.save(job)
            await tx.commit()

    await save(theirs)
    with pytest.raises(ChangedMeanwhile):
        await save(mine)


async def test_a_saved_aggregate_can_be_saved_again(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction() as tx:
        job = await tx.crawl_jobs.locked(play.job.id)
        for found in (1, 2):
            job.found = found
            await tx.crawl_jobs.save(job)
        await tx.commit()
    async with stage.transaction() as tx:
        again = await tx.crawl_jobs.get(play.job.id)
    assert (again.found, again.version) == (2, play.job.version + 2)


async def test_a_locked_row_is_waited_for(stage: Stage) -> None:
    play = await scene(stage)
    order: list[str] = []

    async def second() -> None:
        async with stage.transaction() as tx:
            job = await tx.crawl_jobs.locked(play.job.id)
            order.append(f"second sees {job.found}")

    async with stage.transaction() as tx:
        job = await tx.crawl_jobs.locked(play.job.id)
        waiting = asyncio.create_task(second())
        await asyncio.wait({waiting}, timeout=0.2)
        job.found = 5
        await tx.crawl_jobs.save(job)
        order.append("first is done")
        await tx.commit()
    await asyncio.wait_for(waiting, 10)
    assert order == ["first is done", "second sees 5"]


async def test_work_that_met_a_changed_version_is_repeated_in_a_fresh_transaction(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction() as tx:
        outdated = await tx.crawl_jobs.get(play.job.id)
    await renamed_by_somebody(stage, play)
    seen: list[str] = []

    async def work(tx: UnitOfWork) -> str:
        job = outdated if not seen else await tx.crawl_jobs.get(play.job.id)
        seen.append(job.name)
        job.found = 3
        await tx.crawl_jobs.save(job)
        await tx.commit()
        return "done"

    assert await stage.transaction.repeated(work) == "done"
    assert seen == [play.job.name, "renamed"]


async def renamed_by_somebody(stage: Stage, play: Scene) -> None:
    async with stage.transaction() as tx:
        job = await tx.crawl_jobs.get(play.job.id)
        job.name = "renamed"
        await tx.crawl_jobs.save(job)
        await tx.commit()


@pytest.mark.parametrize("error", [LeaseLost, StorageFull, NotFound, ValueError])
async def test_work_that_cannot_fare_better_is_not_repeated(stage: Stage, error: type[Exception]) -> None:
    tries: list[int] = []

    async def work(_tx: UnitOfWork) -> None:
        tries.append(1)
        raise error("no")

    with pytest.raises(error):
        await stage.transaction.repeated(work)
    assert tries == [1]


async def test_repeated_work_is_fenced_too(stage: Stage) -> None:
    play = await scene(stage)
    stale = await leased(stage, play)
    await stage.claim(play.job.lane)

    async def work(tx: UnitOfWork) -> None:
        await tx.crawl_jobs.delete(play.job.id)
        await tx.commit()

    with pytest.raises(LeaseLost):
        await stage.transaction.repeated(work, fenced_by=stale)
    assert await name_of(stage, play) == play.job.name
