"""What people are told: once, in words, and only what they want to hear."""

import pytest

from pixcrawler.application.activity.change_preferences import ChangePreferences, PreferencesChange
from pixcrawler.application.activity.tell_owner import TellOwner, Told
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.activity.errors import InvalidPreferences
from pixcrawler.domain.activity.notification import NoticeKind, Notification
from pixcrawler.domain.activity.preferences import Digest, QuietHours
from pixcrawler.domain.crawling.events import JobCompleted, JobFailed
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.schedule import ScheduleFailed
from pixcrawler.domain.datasets.version import BuildFailed, BuildStatus, ExportReady, VersionReady
from pixcrawler.domain.identity.events import ApiKeyCreated, ApiKeyRevoked, PasswordChanged
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import LeaseLost
from pixcrawler.domain.shared.ids import ApiKeyId, CrawlJobId
from tests.fakes.aggregates import AT, Aggregates
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.memory_transaction import MemoryTransaction
from tests.fakes.platform_aggregates import schedule


class Desk:
    """Somebody with one of everything."""

    def __init__(self) -> None:
        self.new_id = CountingIds()
        self.transaction = MemoryTransaction(new_id=self.new_id)
        self.tell = TellOwner(transaction=self.transaction, clock=StandingClock(), new_id=self.new_id)
        self.change = ChangePreferences(transaction=self.transaction)
        make = Aggregates(self.new_id)
        self.owner = make.profile()
        project = make.project(self.owner)
        self.job = make.job(project, name="Foxes", status=JobStatus.COMPLETED, failure="No source answered.")
        self.dataset = make.dataset(self.job, name="Wild foxes")
        self.version = make.version(self.dataset, number=3, images=1_234, status=BuildStatus.READY)
        self.export = make.export(self.version, format="coco", images=1_234, status=BuildStatus.READY)
        self.schedule = schedule(self.new_id, project, name="Every day")

    @property
    def actor(self) -> Actor:
        return Actor(self.owner.id, Role.USER)

    async def furnish(self) -> None:
        async with self.transaction() as tx:
            await tx.profiles.add(self.owner)
            await tx.projects.add(self._project())
            await tx.crawl_jobs.add(self.job)
            await tx.datasets.add(self.dataset)
            await tx.versions.add(self.version)
            await tx.exports.add(self.export)
            await tx.schedules.add(self.schedule)
            await tx.commit()

    def _project(self) -> Project:
        return Aggregates(self.new_id).project(self.owner, id=self.job.project_id)

    async def happened(self, event: Told, *, lane: str = "shared") -> list[Lease]:
        """Record it and do what it causes."""
        async with self.transaction() as tx:
            tx.record(event, owner=self.owner.id, lane=lane)
            await tx.commit()
        leases = []
        for task in self.transaction.database.tasks(name="tell_owner"):
            lease = self.transaction.database.claim(task)
            await self.tell(event, lease=lease)
            leases.append(lease)
        return leases

    @property
    def told(self) -> list[Notification]:
        return list(self.transaction.database.tables.notifications.values())


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.furnish()
    return desk


def events(desk: Desk) -> dict[NoticeKind, Told]:
    job, version, export = desk.job.id, desk.version.id, desk.export.id
    key = ApiKeyId(desk.new_id())
    about_key = {"at": AT, "owner_id": desk.owner.id, "key_id": key, "name": "laptop"}
    failed = {"at": AT, "schedule_id": desk.schedule.id, "code": "X", "reason": "It is off.", "failures": 5}
    return {
        NoticeKind.JOB_COMPLETED: JobCompleted(at=AT, job_id=job, run=1, accepted=7),
        NoticeKind.JOB_FAILED: JobFailed(at=AT, job_id=job, run=1, code="X"),
        NoticeKind.VERSION_READY: VersionReady(at=AT, version_id=version),
        NoticeKind.EXPORT_READY: ExportReady(at=AT, export_id=export),
        NoticeKind.SCHEDULE_FAILED: ScheduleFailed(**failed, disabled=False),  # type: ignore[arg-type]
        NoticeKind.SCHEDULE_DISABLED: ScheduleFailed(**failed, disabled=True),  # type: ignore[arg-type]
        NoticeKind.API_KEY_CREATED: ApiKeyCreated(**about_key),  # type: ignore[arg-type]
        NoticeKind.API_KEY_REVOKED: ApiKeyRevoked(**about_key),  # type: ignore[arg-type]
        NoticeKind.PASSWORD_CHANGED: PasswordChanged(at=AT, owner_id=desk.owner.id),
    }


async def test_each_event_is_told_once_in_words(desk: Desk) -> None:
    for kind, event in events(desk).items():
        before = len(desk.told)
        await desk.happened(event)
        (one,) = desk.told[before:]
        assert (one.kind, one.owner_id, one.read_at) == (kind, desk.owner.id, None)
        assert one.title
        assert one.text
    assert desk.told[0].text == "7 of 10 images; 3 could not be found."
    assert desk.told[2].title == "Version 3 of “Wild foxes” is ready"
    assert "switched off" in desk.told[5].text


@pytest.mark.parametrize("kind", [NoticeKind.VERSION_FAILED, NoticeKind.EXPORT_FAILED])
async def test_what_could_not_be_built_is_told(desk: Desk, kind: NoticeKind) -> None:
    tables = desk.transaction.database.tables
    of_version = kind is NoticeKind.VERSION_FAILED
    rows = tables.versions if of_version else tables.exports
    key = desk.version.id if of_version else desk.export.id
    rows[key].status, rows[key].failure = BuildStatus.FAILED, "The disk is full."
    await desk.happened(BuildFailed(at=AT, subject=key, code="X", reason="The disk is full."))
    assert [(one.kind, one.text) for one in desk.told] == [(kind, "The disk is full.")]


async def test_what_somebody_cancelled_is_not_told(desk: Desk) -> None:
    await desk.happened(BuildFailed(at=AT, subject=desk.version.id, code="BUILD_CANCELLED", reason="x"))
    assert desk.told == []


async def test_a_kind_that_is_switched_off_does_not_come_and_the_task_ends(desk: Desk) -> None:
    off = PreferencesChange(in_app={NoticeKind.VERSION_READY: False})
    await desk.change(off, by=desk.actor)
    (lease,) = await desk.happened(events(desk)[NoticeKind.VERSION_READY])
    assert (desk.told, desk.transaction.database.tables.tasks[lease.task_id].state) == ([], "done")
    await desk.happened(events(desk)[NoticeKind.EXPORT_READY])
    assert len(desk.told) == 1


async def test_what_is_gone_is_not_told_and_the_task_ends(desk: Desk) -> None:
    gone = JobCompleted(at=AT, job_id=CrawlJobId(desk.new_id()), run=1, accepted=7)
    (lease,) = await desk.happened(gone)
    assert (desk.told, lease.closed) == ([], True)


async def test_a_worker_that_lost_its_lease_tells_nothing(desk: Desk) -> None:
    (lease,) = await desk.happened(events(desk)[NoticeKind.JOB_COMPLETED])
    with pytest.raises(LeaseLost):
        await desk.tell(events(desk)[NoticeKind.JOB_COMPLETED], lease=lease)
    assert len(desk.told) == 1


async def test_a_command_line_is_told_nothing_and_has_no_task_for_it(desk: Desk) -> None:
    assert await desk.happened(events(desk)[NoticeKind.JOB_COMPLETED], lane="local:1") == []
    assert desk.transaction.database.tables.tasks == {}


async def test_a_telling_task_belongs_to_no_run_of_the_job(desk: Desk) -> None:
    (lease,) = await desk.happened(events(desk)[NoticeKind.JOB_COMPLETED])
    task = desk.transaction.database.tables.tasks[lease.task_id]
    assert (task.run, task.subject_id, task.owner_id) == (None, None, desk.owner.id)


async def test_preferences_keep_what_was_not_mentioned(desk: Desk) -> None:
    night = QuietHours(start="22:00", end="07:00", time_zone="Europe/Berlin")
    one = PreferencesChange(in_app={NoticeKind.JOB_FAILED: False}, fields={"quiet_hours": night})
    await desk.change(one, by=desk.actor)
    other = PreferencesChange(in_app={NoticeKind.JOB_COMPLETED: False}, fields={"digest": Digest.DAILY})
    wanted = await desk.change(other, by=desk.actor)
    assert wanted.muted == (NoticeKind.JOB_COMPLETED, NoticeKind.JOB_FAILED)
    assert (wanted.quiet_hours, wanted.digest, wanted.email) == (night, Digest.DAILY, True)


@pytest.mark.parametrize(
    "hours",
    [
        QuietHours(start="25:00", end="07:00", time_zone="UTC"),
        QuietHours(start="07:00", end="07:00", time_zone="UTC"),
        QuietHours(start="22:00", end="07:00", time_zone="Mars/Olympus"),
    ],
)
async def test_quiet_hours_that_make_no_sense_are_refused(desk: Desk, hours: QuietHours) -> None:
    with pytest.raises(InvalidPreferences):
        await desk.change(PreferencesChange(fields={"quiet_hours": hours}), by=desk.actor)
