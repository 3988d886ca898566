"""Stopping, failing chunks, and trying again."""

import pytest

from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.errors import SourceUnreachable, WrongJobState
from pixcrawler.domain.crawling.events import JobFailed, JobStopped
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.shared.errors import StorageFull
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.manifests import picture
from tests.unit.application.crawling.stage import CHUNK, SEARCH, SETTLE, Stage, url


async def test_stopping_cancels_what_is_not_done() -> None:
    stage = Stage(cat=[[f"{number:02}" for number in range(15)]])
    job_id = await stage.started("cat", max_images=15)
    await stage.act_until(CHUNK)
    await stage.stop(job_id, by=stage.owner)
    job = stage.job(job_id)
    assert (job.status, job.run, job.reasons) == (JobStatus.CANCELLED, 2, {"cancelled": 15})
    assert {chunk.status for chunk in stage.database.tables.chunks.values()} == {ChunkStatus.CANCELLED}
    assert job.found == job.accepted + job.rejected
    assert isinstance(stage.database.events[-1], JobStopped)


async def test_stopping_touches_no_leased_task() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    _, lease = stage.claimed(SEARCH)
    await stage.stop(job_id, by=stage.owner)
    assert stage.task(lease).state == "running"


async def test_a_job_that_has_ended_cannot_be_stopped() -> None:
    stage = Stage()
    job_id = await stage.started("cat")
    await stage.finish()
    with pytest.raises(WrongJobState):
        await stage.stop(job_id, by=stage.owner)


async def test_a_stopped_job_that_is_retried_has_all_it_would_have_had() -> None:
    stage = Stage(cat=[["a", "b"], ["c"]])
    job_id = await stage.started("cat", max_images=3)
    await stage.act_until(CHUNK)
    await stage.stop(job_id, by=stage.owner)
    await stage.retry(job_id, by=stage.owner)
    await stage.finish()
    job = stage.job(job_id)
    assert (job.status, job.accepted, job.reasons, job.run) == (JobStatus.COMPLETED, 3, {}, 3)


async def test_a_job_stopped_before_it_began_begins_with_its_retry() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.created("cat")
    await stage.stop(job_id, by=stage.owner)
    await stage.retry(job_id, by=stage.owner)
    await stage.finish()
    job = stage.job(job_id)
    assert (job.status, job.accepted, job.started_at) == (JobStatus.COMPLETED, 1, stage.clock.now())


async def test_a_retry_repeats_only_what_failed_for_a_reason_that_may_pass() -> None:
    stage = Stage(cat=[["a", "gone", "slow"]])
    stage.fetcher.web |= {url("gone"): Reason.HTTP_404, url("slow"): Reason.TIMEOUT}
    job_id = await stage.started("cat", max_images=3)
    await stage.finish()
    assert stage.job(job_id).missing == 2
    stage.fetcher.asked.clear()
    stage.fetcher.web[url("slow")] = picture(9)
    await stage.retry(job_id, by=stage.owner)
    await stage.finish()
    job = stage.job(job_id)
    assert stage.fetcher.asked == [url("slow")]
    assert (job.accepted, job.reasons, job.found) == (2, {"http_404": 1}, 3)


async def test_a_retry_asks_a_failed_source_again_where_it_failed() -> None:
    stage = Stage(cat=[["a"], ["b"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.act(SEARCH)
    await stage.act_until(SEARCH)
    payload, lease = stage.claimed(SEARCH)
    await stage.fail_search(payload, lease=lease, error=SourceUnreachable("openverse", "It is away."))
    await stage.finish()
    assert stage.job(job_id).accepted == 1
    await stage.retry(job_id, by=stage.owner)
    (query,) = stage.database.tables.queries.values()
    assert (query.status, query.error, query.searching) == (QueryStatus.OPEN, None, True)
    await stage.finish()
    assert stage.source.asked[-1][1] == "1"
    assert stage.job(job_id).accepted == 2


async def test_a_retry_may_move_the_job_to_another_lane() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.stop(job_id, by=stage.owner)
    await stage.retry(job_id, by=stage.owner, lane="local:2")
    assert stage.job(job_id).lane == "local:2"
    assert stage.database.tasks()[-1].lane == "local:2"


async def test_a_complete_job_is_not_retried() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat", max_images=1)
    await stage.finish()
    with pytest.raises(WrongJobState, match="nothing to retry"):
        await stage.retry(job_id, by=stage.owner)


async def test_a_running_job_is_not_retried() -> None:
    stage = Stage()
    job_id = await stage.started("cat")
    with pytest.raises(WrongJobState):
        await stage.retry(job_id, by=stage.owner)


async def test_a_chunk_given_up_rejects_what_was_left_and_the_job_goes_on() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat")
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    await stage.fail_chunk(payload, lease=lease, error=ValueError("a bug"))
    (chunk,) = stage.database.tables.chunks.values()
    assert (chunk.status, chunk.done) == (ChunkStatus.FAILED, 2)
    assert stage.job(job_id).reasons == {"internal": 2}
    assert lease.closed
    assert stage.pending() == [SETTLE]


async def test_a_full_disk_fails_the_whole_job_and_a_retry_goes_on() -> None:
    stage = Stage(cat=[[f"{number:02}" for number in range(15)]])
    job_id = await stage.started("cat", max_images=15)
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    await stage.fail_chunk(payload, lease=lease, error=StorageFull("The disk is full."))
    job = stage.job(job_id)
    assert (job.status, job.failure_code, job.failure) == (
        JobStatus.FAILED,
        "STORAGE_FULL",
        "The disk is full.",
    )
    assert job.found == job.rejected == 15
    assert sum(isinstance(event, JobFailed) for event in stage.database.events) == 1
    for task in stage.database.tasks():
        stage.database.claim(task)
    await stage.retry(job_id, by=stage.owner)
    await stage.finish()
    assert stage.job(job_id).accepted == 15


async def test_a_chunk_of_a_stopped_job_that_fails_changes_nothing() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    await stage.stop(job_id, by=stage.owner)
    before = stage.job(job_id)
    await stage.fail_chunk(payload, lease=lease, error=ValueError())
    assert stage.job(job_id) == before
    assert lease.closed
