"""All repositories of one transaction."""

from collections.abc import Callable

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.answers import PostgresAnswers
from pixcrawler.adapters.postgres.blocks import PostgresBlocks
from pixcrawler.adapters.postgres.candidates import PostgresCandidates, PostgresImages
from pixcrawler.adapters.postgres.copies import PostgresCopies
from pixcrawler.adapters.postgres.crawling import PostgresChunks, PostgresCrawlJobs, PostgresQueries
from pixcrawler.adapters.postgres.datasets import PostgresDatasets, PostgresDatasetVersions, PostgresExports
from pixcrawler.adapters.postgres.holdings import PostgresHoldings
from pixcrawler.adapters.postgres.identity import PostgresApiKeys, PostgresProfiles
from pixcrawler.adapters.postgres.job_log import PostgresJobLog
from pixcrawler.adapters.postgres.known_pictures import PostgresKnownPictures
from pixcrawler.adapters.postgres.labels import PostgresImageLabels
from pixcrawler.adapters.postgres.looks import PostgresLooks
from pixcrawler.adapters.postgres.notifications import PostgresNotifications, PostgresPreferences
from pixcrawler.adapters.postgres.parting import Parting
from pixcrawler.adapters.postgres.policies import (
    PostgresArchivalPolicies,
    PostgresCleanupPolicies,
    PostgresExecutions,
)
from pixcrawler.adapters.postgres.projects import PostgresProjects
from pixcrawler.adapters.postgres.schedules import PostgresSchedules
from pixcrawler.adapters.postgres.tables import OutboxRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.adapters.postgres.validations import (
    PostgresValidationChunks,
    PostgresValidationLevels,
    PostgresValidations,
)
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.shared.errors import LeaseLost

OUTBOX = table_of(OutboxRow)
HOLD = (
    select(OUTBOX.c.id)
    .where(OUTBOX.c.id == bindparam("its_id"), OUTBOX.c.token == bindparam("its_token"))
    .with_for_update()
)

RequestId = Callable[[], str | None]
"""Names the request that is being worked on, so that its tasks carry its id."""


class Repositories:
    """Each is made when somebody asks for it. ``fence`` is what the transaction is fenced by."""

    def __init__(
        self, session: AsyncSession, new_id: NewId, request_id: RequestId, fence: Lease | None
    ) -> None:
        self._session = session
        self._new_id = new_id
        self._request_id = request_id
        self._fence = fence
        self._parting = Parting()

    @property
    def profiles(self) -> PostgresProfiles:
        return PostgresProfiles(self._session)

    @property
    def api_keys(self) -> PostgresApiKeys:
        return PostgresApiKeys(self._session)

    @property
    def projects(self) -> PostgresProjects:
        return PostgresProjects(self._session)

    @property
    def crawl_jobs(self) -> PostgresCrawlJobs:
        return PostgresCrawlJobs(self._session, self._parting, self._hold_task if self._fence else None)

    @property
    def job_log(self) -> PostgresJobLog:
        return PostgresJobLog(self._parting, self._new_id, self._request_id)

    @property
    def schedules(self) -> PostgresSchedules:
        return PostgresSchedules(self._session)

    @property
    def notifications(self) -> PostgresNotifications:
        return PostgresNotifications(self._session)

    @property
    def preferences(self) -> PostgresPreferences:
        return PostgresPreferences(self._session)

    @property
    def queries(self) -> PostgresQueries:
        return PostgresQueries(self._session)

    @property
    def chunks(self) -> PostgresChunks:
        return PostgresChunks(self._session)

    @property
    def candidates(self) -> PostgresCandidates:
        return PostgresCandidates(self._session, self._new_id)

    @property
    def images(self) -> PostgresImages:
        return PostgresImages(self._session)

    @property
    def labels(self) -> PostgresImageLabels:
        return PostgresImageLabels(self._session)

    @property
    def copies(self) -> PostgresCopies:
        return PostgresCopies(self._session)

    @property
    def known_pictures(self) -> PostgresKnownPictures:
        return PostgresKnownPictures(self._session)

    @property
    def blocks(self) -> PostgresBlocks:
        return PostgresBlocks(self._session)

    @property
    def datasets(self) -> PostgresDatasets:
        return PostgresDatasets(self._session)

    @property
    def versions(self) -> PostgresDatasetVersions:
        return PostgresDatasetVersions(self._session)

    @property
    def exports(self) -> PostgresExports:
        return PostgresExports(self._session)

    @property
    def archival_policies(self) -> PostgresArchivalPolicies:
        return PostgresArchivalPolicies(self._session)

    @property
    def cleanup_policies(self) -> PostgresCleanupPolicies:
        return PostgresCleanupPolicies(self._session)

    @property
    def executions(self) -> PostgresExecutions:
        return PostgresExecutions(self._session)

    @property
    def holdings(self) -> PostgresHoldings:
        return PostgresHoldings(self._session)

    @property
    def validations(self) -> PostgresValidations:
        return PostgresValidations(self._session)

    @property
    def validation_chunks(self) -> PostgresValidationChunks:
        return PostgresValidationChunks(self._session)

    @property
    def looks(self) -> PostgresLooks:
        return PostgresLooks(self._session)

    @property
    def validation_levels(self) -> PostgresValidationLevels:
        return PostgresValidationLevels(self._session)

    @property
    def answers(self) -> PostgresAnswers:
        return PostgresAnswers(self._session, self._parting)

    async def _hold_task(self) -> None:
        """Fail before anything is written, and lock in the order of the house."""
        assert self._fence is not None
        values = {"its_id": self._fence.task_id, "its_token": self._fence.token}
        held = await self._session.execute(HOLD, values)
        if held.first() is None:
            raise LeaseLost("Another worker has taken over this task.")
