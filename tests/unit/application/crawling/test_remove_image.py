"""Taking a picture out of a job."""

import pytest

from pixcrawler.application.crawling.remove_image import RemoveImage
from pixcrawler.domain.crawling.errors import ImageNotFound, WrongJobState
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.shared.ids import CandidateId
from tests.unit.application.crawling.stage import CHUNK, Stage, url


async def settled(*names: str, max_images: int) -> Stage:
    stage = Stage(cat=[list(names)])
    await stage.started("cat", max_images=max_images)
    await stage.finish()
    return stage


async def removed(stage: Stage, name: str) -> None:
    await RemoveImage(transaction=stage.transaction)(stage.candidates()[name].id, by=stage.owner)


async def test_the_job_has_one_image_less_and_the_counts_add_up() -> None:
    stage = await settled("a", "b", max_images=2)
    await removed(stage, "a")
    (job,) = stage.database.tables.crawl_jobs.values()
    assert (job.status, job.accepted, job.missing) == (JobStatus.COMPLETED, 1, 1)
    assert job.reasons == {"removed": 1}
    assert job.found == job.accepted + job.rejected


async def test_a_retry_puts_the_next_best_in_its_place_and_never_the_removed_one() -> None:
    stage = await settled("a", "b", "c", max_images=2)
    (job,) = stage.database.tables.crawl_jobs.values()
    await removed(stage, "a")
    await stage.retry(job.id, by=stage.owner)
    await stage.finish()
    job = stage.job(job.id)
    assert (job.accepted, job.reasons) == (2, {"removed": 1})
    assert stage.reasons() == {"a": "removed", "b": None, "c": None}


async def test_all_addresses_of_the_same_bytes_go_with_it() -> None:
    stage = Stage(cat=[["a", "same", "b"]])
    stage.fetcher.web[url("same")] = stage.fetcher.web[url("a")]
    job_id = await stage.started("cat", max_images=2)
    await stage.finish()
    await removed(stage, "a")
    assert stage.reasons() == {"a": "removed", "same": "removed", "b": None}
    assert stage.job(job_id).reasons == {"removed": 2}


async def test_a_running_job_keeps_its_images() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.act_until(CHUNK)
    await stage.act(CHUNK)
    with pytest.raises(WrongJobState, match="The job is running"):
        await removed(stage, "a")
    assert stage.reasons()["a"] is None
    assert stage.job(job_id).reasons == {}


async def test_what_a_stopped_job_found_can_be_removed() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.act_until(CHUNK)
    await stage.act(CHUNK)
    await stage.stop(job_id, by=stage.owner)
    await removed(stage, "a")
    assert (stage.job(job_id).good, stage.job(job_id).reasons) == (1, {"removed": 1})


async def test_what_is_gone_or_belongs_to_others_is_not_there() -> None:
    stage = await settled("a", max_images=1)
    remove = RemoveImage(transaction=stage.transaction)
    a = stage.candidates()["a"].id
    with pytest.raises(ImageNotFound):
        await remove(a, by=stage.stranger)
    await remove(a, by=stage.owner)
    with pytest.raises(ImageNotFound):
        await remove(a, by=stage.owner)
    with pytest.raises(ImageNotFound):
        await remove(CandidateId(stage.new_id()), by=stage.owner)
