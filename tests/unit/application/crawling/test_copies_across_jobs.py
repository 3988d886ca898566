"""One owner's jobs that find the same pictures."""

from pixcrawler.application.crawling.settle_job import SettleJob
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.spec import DedupScope, JobSpec
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId
from tests.fakes.aggregates import spec
from tests.fakes.memory_tables import ImageEntry
from tests.unit.application.crawling.stage import SETTLE, Stage
from tests.unit.application.crawling.test_settle_job import Interrupted, alike


def again(scope: DedupScope = DedupScope.OWNER) -> JobSpec:
    return spec("cat", dedup_scope=scope)


async def another(stage: Stage, spec_: JobSpec, max_images: int = 10) -> CrawlJobId:
    """One more job of the same owner, begun."""
    job_id = (await stage.create(stage.command(max_images=max_images, spec_=spec_), by=stage.owner)).id
    await stage.start(job_id, by=stage.owner)
    return job_id


def fates(stage: Stage, job: CrawlJobId) -> dict[str, str | None]:
    candidates = stage.database.tables.candidates.values()
    return {one.url.rpartition("/")[2]: one.reason for one in candidates if one.job_id == job}


def images(stage: Stage, job: CrawlJobId) -> list[ImageEntry]:
    found = [image for image in stage.database.tables.images.values() if image.job_id == job]
    return sorted(found, key=lambda image: image.sha256)


def adds_up(job: CrawlJob) -> bool:
    return job.found == job.accepted + job.rejected and job.accepted <= job.max_images


async def test_the_same_crawl_again_keeps_the_same_and_is_linked() -> None:
    stage = Stage(cat=[["a", "b"]])
    first = await stage.started("cat")
    await stage.finish()
    second = await another(stage, again(DedupScope.JOB))
    await stage.finish()
    assert fates(stage, second) == fates(stage, first) == {"a": None, "b": None}
    groups = [[image.duplicate_group for image in images(stage, job)] for job in (first, second)]
    assert groups[0] == groups[1]
    assert None not in groups[0]
    assert len(set(groups[0])) == 2


async def test_a_third_job_joins_the_groups_that_are_there() -> None:
    stage = Stage(cat=[["a"]])
    jobs = [await stage.started("cat")]
    await stage.finish()
    for _ in range(2):
        jobs.append(await another(stage, again(DedupScope.JOB)))
        await stage.finish()
    groups = {image.duplicate_group for job in jobs for image in images(stage, job)}
    assert groups == {images(stage, jobs[0])[0].id}


async def test_with_the_owner_s_scope_a_crawl_adds_only_what_is_new() -> None:
    stage = Stage(cat=[["a", "b"], ["c", "d"]])
    first = await stage.started("cat", max_images=2)
    await stage.finish()
    second = await another(stage, again(), max_images=2)
    await stage.finish()
    assert fates(stage, first) == {"a": None, "b": None}
    assert fates(stage, second) == {"a": "duplicate_exact", "b": "duplicate_exact", "c": None, "d": None}
    assert stage.job(second).accepted == 2
    assert adds_up(stage.job(second))
    dropped = [image for image in images(stage, second) if image.reason == "duplicate_exact"]
    assert {image.duplicate_of for image in dropped} == {image.id for image in images(stage, first)}


async def test_what_looks_like_a_known_picture_is_not_new_either() -> None:
    stage = Stage(cat=[["a"]], dog=[["b"]])
    first = await stage.started("cat")
    await stage.finish()
    second = await another(stage, spec("dog", dedup_scope=DedupScope.OWNER))
    await stage.act_until(SETTLE)
    alike(stage)
    await stage.finish()
    assert fates(stage, second) == {"b": "duplicate_near"}
    (dropped,), (known,) = images(stage, second), images(stage, first)
    assert (dropped.duplicate_of, dropped.duplicate_group) == (known.id, known.duplicate_group)
    job = stage.job(second)
    assert (job.status, job.accepted, adds_up(job)) == (JobStatus.COMPLETED, 0, True)


async def test_another_owner_s_pictures_count_for_nothing() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    await stage.finish()
    stage.owner, stage.stranger = stage.stranger, stage.owner
    stage.project_id = ProjectId(stage.new_id())
    second = await stage.started(spec_=again())
    await stage.finish()
    assert fates(stage, second) == {"a": None}
    assert [image.duplicate_group for image in stage.database.tables.images.values()] == [None, None]


async def test_a_retry_keeps_its_own_pictures() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started(spec_=again())
    await stage.finish()
    await stage.retry(job_id, by=stage.owner)
    await stage.finish()
    assert fates(stage, job_id) == {"a": None, "b": None}


async def test_of_two_jobs_that_settle_at_once_the_first_has_the_picture() -> None:
    stage = Stage(cat=[["a"]])
    first = await stage.started(spec_=again())
    await stage.act_until(SETTLE)
    payload, lease = stage.claimed(SETTLE)
    second = await another(stage, again())

    async def the_second_settles() -> None:
        await stage.finish()

    racing = Interrupted(stage.database, new_id=stage.new_id)
    racing.meanwhile = the_second_settles
    await SettleJob(transaction=racing, near_duplicates=stage.near, clock=stage.clock)(payload, lease=lease)
    assert fates(stage, second) == {"a": None}
    assert fates(stage, first) == {"a": "duplicate_exact"}
    assert adds_up(stage.job(first))


async def test_of_many_copies_one_stays_whatever_their_number() -> None:
    stage = Stage(cat=[["a", "b", "c", "d"]])
    job_id = await stage.started("cat")
    await stage.act_until(SETTLE)
    alike(stage)
    await stage.finish()
    assert sorted(map(str, fates(stage, job_id).values())) == ["None"] + ["duplicate_near"] * 3
    assert len({image.duplicate_group for image in images(stage, job_id)}) == 1
