"""Crawls that repeat: making them, when they are due, what then happens."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from pixcrawler.application.crawling.change_schedule import ChangeSchedule, ScheduleChange
from pixcrawler.application.crawling.create_schedule import CreateSchedule, NewSchedule
from pixcrawler.application.crawling.delete_schedule import DeleteSchedule
from pixcrawler.application.crawling.fail_schedule import FailSchedule
from pixcrawler.application.crawling.run_schedule import RunSchedule
from pixcrawler.application.crawling.run_schedules import RunSchedules
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.cadence import Cadence, Unit
from pixcrawler.domain.crawling.errors import (
    CrawlJobNotFound,
    InvalidSchedule,
    ScheduleNotFound,
    SourceDisabled,
    UnknownSource,
)
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.schedule import PATIENCE, Schedule, ScheduleDue, ScheduleFailed
from pixcrawler.domain.projects.errors import ProjectArchived
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.errors import ChangedMeanwhile, DomainError, LeaseLost, Unavailable
from pixcrawler.domain.shared.ids import CrawlJobId, ScheduleId, TaskId
from tests.fakes.aggregates import spec
from tests.fakes.memory_tables import TaskEntry
from tests.unit.application.crawling.stage import Stage

HOURLY = Cadence(every=1, unit=Unit.HOURS)
HOUR = timedelta(hours=1)


class Desk(Stage):
    """A stage with schedules."""

    def __init__(self) -> None:
        super().__init__(cat=[["1.jpg"]])
        both: dict[str, Any] = {"transaction": self.transaction, "clock": self.clock}
        making = {**both, "sources": self.sources, "new_id": self.new_id}
        self.create_schedule = CreateSchedule(**making)
        self.change_schedule = ChangeSchedule(**both)
        self.delete_schedule = DeleteSchedule(transaction=self.transaction)
        self.run_schedules, self.run_schedule = RunSchedules(**both), RunSchedule(**making)
        self.fail_schedule = FailSchedule(**both)

    async def scheduled(self, **more: Any) -> ScheduleId:
        await self.created("cat")
        return await self.one_more(**more)

    async def one_more(self, **more: Any) -> ScheduleId:
        wanted = NewSchedule(**{"wanted": self.command("cat"), "cadence": HOURLY, **more})
        return (await self.create_schedule(wanted, by=self.owner)).id

    async def tick(self) -> list[TaskEntry]:
        """The tasks that are there after a look at what is due."""
        key = TaskId(self.new_id())
        tick = TaskEntry(
            id=key,
            name="tick",
            payload=b"{}",
            queue="prompt",
            priority=1,
            lane="shared",
            owner_id=None,
            subject_id=None,
            run=None,
        )
        self.database.tables.tasks[key] = tick
        await self.run_schedules({}, lease=self.database.claim(tick))
        return self.database.tasks(name="run_schedule")

    def due(self, task: TaskEntry) -> tuple[ScheduleDue, Lease]:
        return msgspec.json.decode(task.payload, type=ScheduleDue), self.database.claim(task)

    async def run_due(self) -> None:
        """Whatever is due now."""
        for task in await self.tick():
            due, lease = self.due(task)
            await self.run_schedule(due, lease=lease)
            assert self.task(lease).state == "done"

    async def archive(self, status: ProjectStatus) -> None:
        async with self.transaction() as tx:
            project = await tx.projects.locked(self.project_id)
            project.status = status
            await tx.projects.save(project)
            await tx.commit()

    def schedule(self, key: ScheduleId) -> Schedule:
        return self.database.tables.schedules[key]

    @property
    def jobs(self) -> list[CrawlJob]:  # but the one that was there before
        return list(self.database.tables.crawl_jobs.values())[1:]


async def test_a_due_schedule_makes_and_starts_a_job_of_its_owners() -> None:
    desk = Desk()
    key = await desk.scheduled(name="Cats by the hour")
    await desk.run_due()
    assert desk.jobs == []
    desk.clock.pass_by(HOUR.total_seconds())
    await desk.run_due()
    (job,) = desk.jobs
    assert (job.name, job.status, job.owner_id) == ("Cats by the hour", JobStatus.RUNNING, desk.owner.id)
    assert [task.subject_id for task in desk.database.tasks(name="search_page")] == [job.id]
    schedule = desk.schedule(key)
    assert (schedule.runs, schedule.last_job_id) == (1, job.id)
    assert schedule.next_at == desk.clock.now() + HOUR
    done = [one.act for one in desk.database.tables.activity.values() if one.subject_id == job.id]
    assert done == [Act.JOB_CREATED, Act.JOB_STARTED]


async def test_each_due_time_is_one_task_and_missed_ones_are_one() -> None:
    desk = Desk()
    await desk.scheduled()
    desk.clock.pass_by((5 * HOUR + HOUR / 2).total_seconds())
    assert len(await desk.tick()) == 1
    assert len(await desk.tick()) == 1
    desk.clock.pass_by((HOUR / 2).total_seconds())
    assert len(await desk.tick()) == 2


async def test_a_due_time_that_was_seen_to_makes_no_second_job() -> None:
    desk = Desk()
    await desk.scheduled()
    desk.clock.pass_by(HOUR.total_seconds())
    (task,) = await desk.tick()
    due, lease = desk.due(task)
    newer = desk.database.claim(task)
    with pytest.raises(LeaseLost):
        await desk.run_schedule(due, lease=lease)
    assert desk.jobs == []
    await desk.run_schedule(due, lease=newer)
    again = desk.database.claim(desk.task(newer))
    await desk.run_schedule(due, lease=again)
    assert len(desk.jobs) == 1


async def test_a_schedule_repeats_what_a_job_was_asked_for() -> None:
    desk = Desk()
    job_id = await desk.created("cat", spec_=spec("cat", seed=7))
    made = await desk.create_schedule(NewSchedule(wanted=job_id, cadence=HOURLY), by=desk.owner)
    assert (made.job_id, made.request.seed, made.name) == (job_id, 7, "Cats")


async def test_it_ends_after_so_many_jobs_or_at_its_time() -> None:
    desk = Desk()
    key = await desk.scheduled(max_runs=1)
    other = await desk.one_more(ends_at=desk.clock.now() + HOUR)
    for _ in range(3):
        desk.clock.pass_by(HOUR.total_seconds())
        await desk.run_due()
    assert len(desk.jobs) == 2
    for one in (key, other):
        assert (desk.schedule(one).enabled, desk.schedule(one).next_at) == (False, None)


async def test_in_an_archived_project_it_waits_and_runs_once_when_that_is_active_again() -> None:
    desk = Desk()
    key = await desk.scheduled()
    await desk.archive(ProjectStatus.ARCHIVED)
    desk.clock.pass_by((9 * HOUR).total_seconds())
    await desk.run_due()
    assert (desk.jobs, desk.schedule(key).failures) == ([], 0)
    await desk.archive(ProjectStatus.ACTIVE)
    await desk.run_due()
    assert len(desk.jobs) == 1


async def test_what_stands_in_the_way_is_kept_and_told_and_in_the_end_it_is_switched_off() -> None:
    desk = Desk()
    key = await desk.scheduled()
    for _ in range(PATIENCE + 2):
        desk.clock.pass_by(HOUR.total_seconds())
        await desk.run_due()  # the plan has room for two jobs, which run on
    schedule = desk.schedule(key)
    assert (schedule.runs, schedule.failures) == (2, PATIENCE)
    assert schedule.last_failure_code == "TOO_MANY_RUNNING_JOBS"
    assert (schedule.enabled, schedule.next_at) == (False, None)
    failed = [one for one in desk.database.events if isinstance(one, ScheduleFailed)]
    assert [one.disabled for one in failed] == [False] * (PATIENCE - 1) + [True]
    on = await desk.change_schedule(key, ScheduleChange(fields={"enabled": True}), by=desk.owner)
    assert (on.failures, on.next_at) == (0, desk.clock.now() + HOUR)


async def test_a_run_forgives_the_failures_before_it() -> None:
    desk = Desk()
    key = await desk.scheduled()
    for _ in range(4):
        desk.clock.pass_by(HOUR.total_seconds())
        await desk.run_due()
    assert desk.schedule(key).failures == 2
    for job in desk.jobs:
        await desk.stop(job.id, by=desk.owner)
    desk.clock.pass_by(HOUR.total_seconds())
    await desk.run_due()
    schedule = desk.schedule(key)
    assert (schedule.failures, schedule.last_failure, schedule.runs) == (0, None, 3)


async def test_an_outage_is_no_failure_before_the_task_is_given_up() -> None:
    desk = Desk()
    key = await desk.scheduled()
    desk.clock.pass_by(HOUR.total_seconds())
    (task,) = await desk.tick()
    due, lease = desk.due(task)
    desk.database.refusals = [Unavailable("away")] * 8
    with pytest.raises(Unavailable):
        await desk.run_schedule(due, lease=lease)
    assert desk.schedule(key).failures == 0
    await desk.fail_schedule(due, lease=lease, error=ValueError("a bug, with secrets"))
    assert (desk.schedule(key).failures, desk.schedule(key).last_failure_code) == (1, "INTERNAL")
    assert "secrets" not in str(desk.schedule(key).last_failure)


async def test_one_that_was_deleted_meanwhile_does_nothing() -> None:
    desk = Desk()
    key = await desk.scheduled()
    desk.clock.pass_by(HOUR.total_seconds())
    (task,) = await desk.tick()
    due, lease = desk.due(task)
    await desk.delete_schedule(key, by=desk.owner)
    await desk.run_schedule(due, lease=lease)
    assert desk.jobs == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"cadence": Cadence(every=0, unit=Unit.HOURS)}, InvalidSchedule),
        ({"wanted": CrawlJobId(TaskId(Stage().new_id()))}, CrawlJobNotFound),
        ({"max_runs": 0}, InvalidSchedule),
        ({"source": "bing"}, SourceDisabled),
        ({"source": "folder"}, UnknownSource),
    ],
)
async def test_what_could_never_run_is_refused(changes: dict[str, Any], error: type[DomainError]) -> None:
    desk = Desk()
    await desk.created("cat")
    if source := changes.pop("source", None):
        changes = {"wanted": desk.command(spec_=spec("cat", sources=(source,)))}
    with pytest.raises(error):
        await desk.one_more(**changes)
    assert desk.database.tables.schedules == {}


async def test_one_that_ends_before_it_begins_is_refused() -> None:
    desk = Desk()
    with pytest.raises(InvalidSchedule, match="ends before that"):
        await desk.scheduled(ends_at=desk.clock.now())


async def test_an_archived_project_takes_no_new_schedule() -> None:
    desk = Desk()
    await desk.scheduled()
    await desk.archive(ProjectStatus.ARCHIVED)
    with pytest.raises(ProjectArchived):
        await desk.one_more()


async def test_others_find_nothing() -> None:
    desk = Desk()
    key = await desk.scheduled()
    with pytest.raises(ScheduleNotFound):
        await desk.change_schedule(key, ScheduleChange(fields={"enabled": False}), by=desk.stranger)
    with pytest.raises(ScheduleNotFound):
        await desk.delete_schedule(key, by=desk.stranger)
    job_id = next(iter(desk.database.tables.crawl_jobs))
    wanted = NewSchedule(wanted=CrawlJobId(job_id), cadence=HOURLY)
    with pytest.raises(CrawlJobNotFound):
        await desk.create_schedule(wanted, by=desk.stranger)


async def test_a_change_keeps_the_rhythm_unless_it_is_about_that() -> None:
    desk = Desk()
    key = await desk.scheduled()
    due = desk.schedule(key).next_at
    desk.clock.pass_by((HOUR / 2).total_seconds())
    for fields in ({"name": "Kittens"}, {"max_images": 3}, {"max_runs": 9}):
        changed = await desk.change_schedule(key, ScheduleChange(fields=fields), by=desk.owner)
        assert changed.next_at == due
    daily = Cadence(every=1, unit=Unit.DAYS)
    changed = await desk.change_schedule(key, ScheduleChange(fields={"cadence": daily}), by=desk.owner)
    assert changed.next_at == desk.clock.now() + timedelta(days=1)
    assert changed.cadence.at == f"{desk.clock.now():%H:%M}"
    soon = desk.clock.now() + timedelta(minutes=1)
    change = ScheduleChange(fields={}, starts_at=soon)
    assert (await desk.change_schedule(key, change, by=desk.owner)).next_at == soon
    off = await desk.change_schedule(key, ScheduleChange(fields={"enabled": False}), by=desk.owner)
    assert off.next_at is None
    with pytest.raises(ChangedMeanwhile):
        await desk.change_schedule(key, ScheduleChange(fields={}, version=1), by=desk.owner)
