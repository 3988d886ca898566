"""A project groups the crawl jobs and datasets of one owner."""

from enum import StrEnum

import msgspec

from pixcrawler.domain.shared.ids import ProjectId, UserId


class ProjectStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class Project(msgspec.Struct, kw_only=True):
    id: ProjectId
    owner_id: UserId
    name: str
    status: ProjectStatus
    version: int
