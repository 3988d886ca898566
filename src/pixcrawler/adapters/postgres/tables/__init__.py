"""All tables. Importing this module fills ``metadata``."""

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
from pixcrawler.adapters.postgres.tables.identity import ApiKeyRow, ProfileRow, ProjectRow
from pixcrawler.adapters.postgres.tables.labels import LabellingRow, LabelRow
from pixcrawler.adapters.postgres.tables.outbox import IdempotencyKeyRow, OutboxRow, ScheduleRow

metadata = Base.metadata

__all__ = [
    "ApiKeyRow",
    "BlockRow",
    "CandidateRow",
    "ChunkRow",
    "CrawlJobLogRow",
    "CrawlJobRow",
    "DatasetRow",
    "DatasetVersionObjectRow",
    "DatasetVersionRow",
    "ExportRow",
    "IdempotencyKeyRow",
    "ImageRow",
    "LabelRow",
    "LabellingRow",
    "OutboxRow",
    "ProfileRow",
    "ProjectRow",
    "QueryRow",
    "ScheduleRow",
    "SightingRow",
    "metadata",
]
