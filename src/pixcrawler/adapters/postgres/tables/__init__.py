"""All tables. Importing this module fills ``metadata``."""

from pixcrawler.adapters.postgres.tables.activity import ActivityRow
from pixcrawler.adapters.postgres.tables.base import Base
from pixcrawler.adapters.postgres.tables.blocking import BlockRow
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
from pixcrawler.adapters.postgres.tables.identity import ApiKeyRow, CreditAccountRow, ProfileRow, ProjectRow
from pixcrawler.adapters.postgres.tables.labels import LabellingRow, LabelRow
from pixcrawler.adapters.postgres.tables.notifications import NotificationPreferencesRow
from pixcrawler.adapters.postgres.tables.outbox import IdempotencyKeyRow, OutboxRow, ScheduleRow
from pixcrawler.adapters.postgres.tables.policies import (
    ArchivalPolicyRow,
    CleanupPolicyRow,
    PolicyExecutionItemRow,
    PolicyExecutionRow,
)

metadata = Base.metadata

__all__ = [
    "ActivityRow",
    "ApiKeyRow",
    "ArchivalPolicyRow",
    "BlockRow",
    "CandidateRow",
    "ChunkRow",
    "CleanupPolicyRow",
    "CrawlJobLogRow",
    "CrawlJobRow",
    "CreditAccountRow",
    "DatasetRow",
    "DatasetVersionObjectRow",
    "DatasetVersionRow",
    "ExportRow",
    "IdempotencyKeyRow",
    "ImageRow",
    "LabelRow",
    "LabellingRow",
    "NotificationPreferencesRow",
    "OutboxRow",
    "PolicyExecutionItemRow",
    "PolicyExecutionRow",
    "ProfileRow",
    "ProjectRow",
    "QueryRow",
    "ScheduleRow",
    "SightingRow",
    "metadata",
]
