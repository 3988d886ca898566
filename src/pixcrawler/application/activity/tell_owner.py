"""Task: tell somebody what happened to what is theirs."""

from typing import TypeAlias

from pixcrawler.application.activity import wording
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.notification import Notice
from pixcrawler.domain.crawling.events import JobCompleted, JobFailed
from pixcrawler.domain.crawling.schedule import ScheduleFailed
from pixcrawler.domain.datasets.errors import BuildCancelled, DatasetVersionNotFound
from pixcrawler.domain.datasets.version import BuildFailed, ExportReady, VersionReady
from pixcrawler.domain.identity.events import ApiKeyCreated, ApiKeyRevoked, PasswordChanged
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import DatasetVersionId, ExportId, NotificationId

OfBuilds: TypeAlias = VersionReady | ExportReady | BuildFailed
OfAccounts: TypeAlias = ApiKeyCreated | ApiKeyRevoked | PasswordChanged
Told: TypeAlias = JobCompleted | JobFailed | OfBuilds | ScheduleFailed | OfAccounts


@use_case
class TellOwner:
    """One notification for one event, unless its owner does not want to hear of it: the row and the end of
    the task are one commit. What was deleted meanwhile, and what its owner did on purpose, is not told."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(self, event: Told, *, lease: Lease) -> None:
        async def write(tx: UnitOfWork) -> None:
            notice = await _found(tx, event)
            if notice is not None and (await tx.preferences.of(notice.owner_id)).wants(notice.kind):
                key = NotificationId(self.new_id())
                await tx.notifications.add(notice.put(key, at=self.clock.now()))
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)


async def _found(tx: UnitOfWork, event: Told) -> Notice | None:
    """None when there is nothing left to tell of."""
    try:
        match event:
            case JobCompleted() | JobFailed():
                return wording.of_job(event, await tx.crawl_jobs.get(event.job_id))
            case ScheduleFailed():
                return wording.of_schedule(event, await tx.schedules.get(event.schedule_id))
            case VersionReady() | ExportReady() | BuildFailed():
                return await _of_build(tx, event)
            case _:
                await tx.profiles.get(event.owner_id)
                return wording.of_account(event)
    except NotFound:
        return None


async def _of_build(tx: UnitOfWork, event: OfBuilds) -> Notice | None:
    match event:
        case VersionReady():
            return await _of_version(tx, event.version_id)
        case ExportReady():
            return await _of_export(tx, event.export_id)
        case BuildFailed() if event.code == BuildCancelled.code:
            return None
        case _:
            try:
                return await _of_version(tx, DatasetVersionId(event.subject))
            except DatasetVersionNotFound:
                return await _of_export(tx, ExportId(event.subject))


async def _of_version(tx: UnitOfWork, key: DatasetVersionId) -> Notice:
    version = await tx.versions.get(key)
    return wording.of_version(version, await tx.datasets.get(version.dataset_id))


async def _of_export(tx: UnitOfWork, key: ExportId) -> Notice:
    export = await tx.exports.get(key)
    version = await tx.versions.get(export.version_id)
    return wording.of_export(export, version, await tx.datasets.get(version.dataset_id))
