"""Creating and starting a job."""

import pytest

from pixcrawler.domain.crawling.errors import (
    CrawlJobNotFound,
    InvalidJob,
    SourceDisabled,
    UnknownSource,
    WrongJobState,
)
from pixcrawler.domain.crawling.events import JobStarted
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.domain.shared.ids import CrawlJobId
from tests.fakes.aggregates import spec
from tests.unit.application.crawling.stage import SEARCH, Stage

LIST_ONLY = JobSpec(keywords=(Keyword("", ""),), sources=("url_list",), inputs={"url_list": "key"})


async def test_a_new_job_is_pending_and_belongs_to_who_asked() -> None:
    stage = Stage()
    job = stage.job(await stage.created("cat", "dog", max_images=7))
    assert (job.status, job.owner_id, job.max_images) == (JobStatus.PENDING, stage.owner.id, 7)
    assert (job.lost, job.lane, job.created_at) == ([0, 0], "shared", stage.clock.now())
    assert stage.pending() == []


async def test_a_list_needs_no_keyword() -> None:
    stage = Stage()
    assert stage.job(await stage.created(spec_=LIST_ONLY)).spec == LIST_ONLY


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (spec("cat", sources=()), InvalidJob, "No source"),
        (spec(), InvalidJob, "No keyword"),
        (spec("cat", sources=("nowhere",)), UnknownSource, "nowhere"),
        (spec("cat", sources=("bing",)), SourceDisabled, "bing"),
        (spec("cat", sources=("url_list",)), InvalidJob, "needs an input"),
        (spec("cat", sources=("web",)), InvalidJob, "needs URLs"),
        (spec("cat", sources=("web",), inputs={"web": "/etc/passwd"}), InvalidJob, "is no address"),
        (JobSpec(keywords=(Keyword("", ""),), sources=("openverse",)), InvalidJob, "by keyword"),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(
    wrong: JobSpec, error: type[DomainError], words: str
) -> None:
    stage = Stage()
    with pytest.raises(error, match=words):
        await stage.created(spec_=wrong)
    assert stage.database.tables.crawl_jobs == {}


@pytest.mark.parametrize("number", [0, -1, 1_000_001])
async def test_a_senseless_number_of_images_is_refused(number: int) -> None:
    with pytest.raises(InvalidJob):
        await Stage().created("cat", max_images=number)


async def test_starting_opens_a_search_for_each_keyword() -> None:
    stage = Stage()
    job_id = await stage.started("cat", "dog")
    job = stage.job(job_id)
    assert (job.status, job.run, job.started_at) == (JobStatus.RUNNING, 1, stage.clock.now())
    assert stage.pending() == [SEARCH, SEARCH]
    assert {query.text for query in stage.database.tables.queries.values() if query.searching} == {
        "cat",
        "dog",
    }
    assert [type(event) for event in stage.database.events if isinstance(event, JobStarted)] == [JobStarted]


async def test_a_job_is_started_once() -> None:
    stage = Stage()
    job_id = await stage.started("cat")
    with pytest.raises(WrongJobState):
        await stage.start(job_id, by=stage.owner)
    assert stage.pending() == [SEARCH]


@pytest.mark.parametrize("act", ["start", "stop", "retry"])
async def test_a_strangers_job_is_not_there(act: str) -> None:
    stage = Stage()
    job_id = await stage.created("cat")
    before = stage.job(job_id)
    with pytest.raises(CrawlJobNotFound):
        await getattr(stage, act)(job_id, by=stage.stranger)
    with pytest.raises(CrawlJobNotFound):
        await getattr(stage, act)(CrawlJobId(stage.new_id()), by=stage.owner)
    assert stage.job(job_id) == before


async def test_a_superuser_may_start_anybodys_job() -> None:
    stage = Stage()
    job_id = await stage.created("cat")
    await stage.start(job_id, by=Actor(stage.stranger.id, Role.SUPERUSER))
    assert stage.job(job_id).status is JobStatus.RUNNING
