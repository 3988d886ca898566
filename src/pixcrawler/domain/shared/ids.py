"""Identifiers. All are UUIDs of version 7 (RFC 9562), made in Python so that any Postgres will do."""

from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
ProjectId = NewType("ProjectId", UUID)
CrawlJobId = NewType("CrawlJobId", UUID)
QueryId = NewType("QueryId", UUID)
ChunkId = NewType("ChunkId", UUID)
CandidateId = NewType("CandidateId", UUID)
ImageId = NewType("ImageId", UUID)
DatasetId = NewType("DatasetId", UUID)
DatasetVersionId = NewType("DatasetVersionId", UUID)
ExportId = NewType("ExportId", UUID)
TaskId = NewType("TaskId", UUID)
BlockId = NewType("BlockId", UUID)
PolicyId = NewType("PolicyId", UUID)
ExecutionId = NewType("ExecutionId", UUID)
ValidationId = NewType("ValidationId", UUID)
ValidationChunkId = NewType("ValidationChunkId", UUID)
NotificationId = NewType("NotificationId", UUID)
ScheduleId = NewType("ScheduleId", UUID)
