"""Changing and deleting jobs; the same request twice."""

import pytest

from pixcrawler.application.crawling.change_crawl import ChangeCrawl, CrawlChange
from pixcrawler.application.crawling.delete_crawl import DeleteCrawl
from pixcrawler.domain.crawling.errors import (
    CrawlJobInUse,
    CrawlJobNotFound,
    FolderNotAllowed,
    InvalidJob,
    UnknownSource,
    WrongJobState,
)
from pixcrawler.domain.crawling.job import SHARED, JobStatus
from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.projects.errors import ProjectArchived, ProjectNotFound
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.actor import READ, Actor, Role, ScopeMissing
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.once import IdempotencyMismatch, Once
from tests.fakes.aggregates import Aggregates, spec
from tests.unit.application.crawling.stage import SEARCH, Stage

ONCE = Once("k", "POST /jobs", b"a")
FOLDER = JobSpec(keywords=(Keyword("", ""),), sources=("folder",), inputs={"folder": "/etc"})


async def test_a_new_name_and_another_number() -> None:
    stage = Stage()
    job_id = await stage.created("cat")
    change = ChangeCrawl(transaction=stage.transaction)
    told = await change(job_id, CrawlChange(name=" Big  cats ", max_images=7, version=1), by=stage.owner)
    job = stage.job(job_id)
    assert (job.name, job.max_images, job.version) == ("Big cats", 7, 2)
    assert (told.name, told.max_images, told.version) == ("Big cats", 7, 2)


async def test_a_change_of_nothing_saves_nothing() -> None:
    stage = Stage()
    job_id = await stage.created("cat")
    await ChangeCrawl(transaction=stage.transaction)(job_id, CrawlChange(name="Cats"), by=stage.owner)
    assert stage.job(job_id).version == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (CrawlChange(name="x", max_images=7), WrongJobState),
        (CrawlChange(name="x", version=1), ChangedMeanwhile),
        (CrawlChange(name=" "), InvalidJob),
    ],
)
async def test_a_running_job_is_not_changed_so(change: CrawlChange, error: type[Exception]) -> None:
    stage = Stage()
    job_id = await stage.started("cat")
    with pytest.raises(error):
        await ChangeCrawl(transaction=stage.transaction)(job_id, change, by=stage.owner)
    assert stage.job(job_id).name == "Cats"


async def test_a_job_is_deleted_with_its_tasks() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    delete = DeleteCrawl(transaction=stage.transaction)
    with pytest.raises(WrongJobState, match="running"):
        await delete(job_id, by=stage.owner)
    await stage.stop(job_id, by=stage.owner)
    assert stage.pending() == [SEARCH]
    await delete(job_id, by=stage.owner)
    assert stage.pending() == []
    assert stage.database.tables.queries == {}
    with pytest.raises(CrawlJobNotFound):
        await delete(job_id, by=stage.owner)


async def test_a_job_that_a_dataset_was_made_from_stays() -> None:
    stage = Stage()
    job_id = await stage.created("cat")
    async with stage.transaction() as tx:
        await tx.datasets.add(Aggregates(stage.new_id).dataset(stage.job(job_id)))
        await tx.commit()
    with pytest.raises(CrawlJobInUse):
        await DeleteCrawl(transaction=stage.transaction)(job_id, by=stage.owner)


async def test_a_stranger_and_a_key_for_reading_change_nothing() -> None:
    stage = Stage()
    job_id = await stage.created("cat")
    change, delete = ChangeCrawl(transaction=stage.transaction), DeleteCrawl(transaction=stage.transaction)
    reader = Actor(stage.owner.id, Role.USER, frozenset({READ}))
    for actor, error in ((stage.stranger, CrawlJobNotFound), (reader, ScopeMissing)):
        with pytest.raises(error):
            await change(job_id, CrawlChange(name="Mine"), by=actor)
        with pytest.raises(error):
            await delete(job_id, by=actor)
    assert stage.job(job_id).name == "Cats"


async def test_the_same_request_makes_one_job() -> None:
    stage = Stage()
    await stage.created("cat")
    first = await stage.create(stage.command("cat"), by=stage.owner, once=ONCE)
    assert await stage.create(stage.command("cat"), by=stage.owner, once=ONCE) == first
    assert len(stage.database.tables.crawl_jobs) == 2
    with pytest.raises(IdempotencyMismatch):
        await stage.create(stage.command("dog"), by=stage.owner, once=Once("k", "POST /jobs", b"b"))


async def test_the_same_start_has_one_effect_and_one_answer() -> None:
    stage = Stage()
    job_id = await stage.created("cat", "dog")
    first = await stage.start(job_id, by=stage.owner, once=ONCE)
    assert await stage.start(job_id, by=stage.owner, once=ONCE) == first
    assert (first.status, list(first.task_ids)) == (JobStatus.RUNNING, [*stage.database.tables.tasks])


async def test_a_job_goes_into_a_project_that_its_owner_has_and_uses() -> None:
    stage = Stage()
    await stage.created("cat")
    with pytest.raises(ProjectNotFound):
        await stage.create(stage.command("cat"), by=stage.stranger)
    async with stage.transaction() as tx:
        project = await tx.projects.get(stage.project_id)
        project.status = ProjectStatus.ARCHIVED
        await tx.projects.save(project)
        await tx.commit()
    with pytest.raises(ProjectArchived):
        await stage.create(stage.command("cat"), by=stage.owner)


async def test_only_the_keyboard_has_a_folder_read() -> None:
    stage = Stage()
    job_id = await stage.created("cat")
    with pytest.raises(UnknownSource, match="keyboard"):
        await stage.create(stage.command(spec_=FOLDER), by=stage.owner)
    stage.job(job_id).spec = FOLDER
    with pytest.raises(FolderNotAllowed):
        await stage.start(job_id, by=stage.owner, lane=SHARED)
    await stage.start(job_id, by=stage.owner)
    await stage.stop(job_id, by=stage.owner)
    with pytest.raises(FolderNotAllowed):
        await stage.retry(job_id, by=stage.owner, lane=SHARED)


async def test_targets_hold_to_the_end() -> None:
    pages = {word: [[f"{word}{n}" for n in range(9)]] for word in ("cat", "dog")}
    stage = Stage(**pages)
    asked = spec("cat", "dog", targets={"cat": 1, "dog": 5})
    job_id = await stage.started(max_images=6, spec_=asked)
    await stage.finish()
    labels = [image.label for image in stage.database.tables.images.values() if image.state == "accepted"]
    assert (labels.count("cat"), labels.count("dog"), stage.job(job_id).missing) == (1, 5, 0)


async def test_what_a_target_lacks_is_given_to_no_other() -> None:
    stage = Stage(cat=[["a"]], dog=[[f"d{n}" for n in range(9)]])
    job_id = await stage.started(max_images=6, spec_=spec("cat", "dog", targets={"cat": 3, "dog": 3}))
    await stage.finish()
    assert (stage.job(job_id).status, stage.job(job_id).accepted) == (JobStatus.COMPLETED, 4)
