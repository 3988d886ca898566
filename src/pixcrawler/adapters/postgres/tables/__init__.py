"""All tables. Importing this module fills ``metadata``."""

from sqlalchemy.orm import configure_mappers

from pixcrawler.adapters.postgres.tables.activity import ActivityRow
from pixcrawler.adapters.postgres.tables.base import Base
from pixcrawler.adapters.postgres.tables.blocking import BlockRow
from pixcrawler.adapters.postgres.tables.built_in import (
    BuiltInAccountRow,
    BuiltInAttemptsRow,
    BuiltInSessionRow,
    BuiltInTokenRow,
)
from pixcrawler.adapters.postgres.tables.crawling import (
    CandidateRow,
    ChunkRow,
    CrawlJobLogRow,
    CrawlJobRow,
    ImageRow,
    QueryRow,
    SightingRow,
)
from pixcrawler.adapters.postgres.tables.datasets import (
    DatasetRow,
    DatasetVersionObjectRow,
    DatasetVersionRow,
    ExportRow,
)
from pixcrawler.adapters.postgres.tables.identity import (
    ApiKeyRow,
    ApiKeyUseRow,
    CreditAccountRow,
    DeletedProfileRow,
    ProfileRow,
    ProjectRow,
)
from pixcrawler.adapters.postgres.tables.image_lists import ImageListRow, ImageMarkRow, ImagePlaceRow
from pixcrawler.adapters.postgres.tables.labels import LabellingRow, LabelRow
from pixcrawler.adapters.postgres.tables.notifications import NotificationPreferencesRow, NotificationRow
from pixcrawler.adapters.postgres.tables.outbox import IdempotencyKeyRow, OutboxRow, ScheduleRow
from pixcrawler.adapters.postgres.tables.policies import (
    ArchivalPolicyRow,
    CleanupPolicyRow,
    PolicyExecutionItemRow,
    PolicyExecutionRow,
)
from pixcrawler.adapters.postgres.tables.schedules import CrawlScheduleRow
from pixcrawler.adapters.postgres.tables.validation import (
    QuarantineRow,
    ValidationChunkRow,
    ValidationLevelRow,
    ValidationResultRow,
    ValidationRow,
)

metadata = Base.metadata
configure_mappers()  # else the first statement does it; a process that is forked meanwhile would do it again

__all__ = [
    "ActivityRow",
    "ApiKeyRow",
    "ApiKeyUseRow",
    "ArchivalPolicyRow",
    "BlockRow",
    "BuiltInAccountRow",
    "BuiltInAttemptsRow",
    "BuiltInSessionRow",
    "BuiltInTokenRow",
    "CandidateRow",
    "ChunkRow",
    "CleanupPolicyRow",
    "CrawlJobLogRow",
    "CrawlJobRow",
    "CrawlScheduleRow",
    "CreditAccountRow",
    "DatasetRow",
    "DatasetVersionObjectRow",
    "DatasetVersionRow",
    "DeletedProfileRow",
    "ExportRow",
    "IdempotencyKeyRow",
    "ImageListRow",
    "ImageMarkRow",
    "ImagePlaceRow",
    "ImageRow",
    "LabelRow",
    "LabellingRow",
    "NotificationPreferencesRow",
    "NotificationRow",
    "OutboxRow",
    "PolicyExecutionItemRow",
    "PolicyExecutionRow",
    "ProfileRow",
    "ProjectRow",
    "QuarantineRow",
    "QueryRow",
    "ScheduleRow",
    "SightingRow",
    "ValidationChunkRow",
    "ValidationLevelRow",
    "ValidationResultRow",
    "ValidationRow",
    "metadata",
]
