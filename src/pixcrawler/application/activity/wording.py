"""What notifications say."""

from pixcrawler.domain.activity.notification import Notice, NoticeKind
from pixcrawler.domain.crawling.events import JobCompleted, JobFailed
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.schedule import Schedule, ScheduleFailed
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.version import DatasetVersion, Export
from pixcrawler.domain.identity.events import ApiKeyCreated, ApiKeyRevoked, PasswordChanged


def of_job(event: JobCompleted | JobFailed, job: CrawlJob) -> Notice:
    if isinstance(event, JobFailed):
        kind, title, text = NoticeKind.JOB_FAILED, f"“{job.name}” failed", job.failure or event.code
    else:
        kind, title = NoticeKind.JOB_COMPLETED, f"“{job.name}” is done"
        missing = job.max_images - event.accepted
        short = f"; {missing:,} could not be found" if missing else ""
        text = f"{event.accepted:,} of {job.max_images:,} images{short}."
    return Notice(owner_id=job.owner_id, kind=kind, subject_id=job.id, title=title, text=text)


def of_schedule(event: ScheduleFailed, schedule: Schedule) -> Notice:
    kind, end = NoticeKind.SCHEDULE_FAILED, ""
    if event.disabled:
        kind = NoticeKind.SCHEDULE_DISABLED
        end = f" It failed {event.failures} times in a row and was switched off; switch it on again."
    return Notice(
        owner_id=schedule.owner_id,
        kind=kind,
        subject_id=schedule.id,
        title=f"The schedule “{schedule.name}” could not begin",
        text=event.reason + end,
    )


def of_version(version: DatasetVersion, dataset: Dataset) -> Notice:
    ready = version.is_ready
    return Notice(
        owner_id=version.owner_id,
        kind=NoticeKind.VERSION_READY if ready else NoticeKind.VERSION_FAILED,
        subject_id=dataset.id,
        title=f"Version {version.number} of “{dataset.name}” {'is ready' if ready else 'failed'}",
        text=f"{version.images:,} images." if ready else version.failure or "",
    )


def of_export(export: Export, version: DatasetVersion, dataset: Dataset) -> Notice:
    ready = export.is_ready
    what = f"“{dataset.name}”, version {version.number}, as {export.format}"
    return Notice(
        owner_id=export.owner_id,
        kind=NoticeKind.EXPORT_READY if ready else NoticeKind.EXPORT_FAILED,
        subject_id=export.id,
        title=f"{what}, {'is ready' if ready else 'failed'}",
        text=f"{export.images:,} images." if ready else export.failure or "",
    )


def of_account(event: ApiKeyCreated | ApiKeyRevoked | PasswordChanged) -> Notice:
    unexpected = "If that was not you, change your password and look through your API keys."
    if isinstance(event, PasswordChanged):
        kind, subject, title = NoticeKind.PASSWORD_CHANGED, event.owner_id, "Your password was changed"
        return Notice(owner_id=event.owner_id, kind=kind, subject_id=subject, title=title, text=unexpected)
    made = isinstance(event, ApiKeyCreated)
    return Notice(
        owner_id=event.owner_id,
        kind=NoticeKind.API_KEY_CREATED if made else NoticeKind.API_KEY_REVOKED,
        subject_id=event.key_id,
        title=f"The API key “{event.name}” was {'made' if made else 'revoked'}",
        text=unexpected,
    )
