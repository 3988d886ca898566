"""Projects as people see them."""

from datetime import datetime
from typing import Any, Protocol

import msgspec

from pixcrawler.domain.projects.project import Project, ProjectStatus
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ProjectId, UserId
from pixcrawler.domain.shared.paging import Found, Window


class ProjectFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which projects; all that may be seen without a condition."""

    status: ProjectStatus | None = None


class ProjectDetail(msgspec.Struct, frozen=True):
    """One project, whole; also a line of a list. ``defaults`` are what its new jobs take for fields that they
    leave out, by the names of those fields."""

    id: ProjectId
    owner_id: UserId
    name: str
    description: str
    defaults: dict[str, Any]
    status: ProjectStatus
    version: int
    created_at: datetime
    updated_at: datetime


class ProjectReads(Protocol):
    async def projects(
        self, which: ProjectFilter, window: Window, *, visible_to: Actor
    ) -> Found[ProjectDetail]:
        """Newest first."""
        ...

    async def project(self, project_id: ProjectId, *, visible_to: Actor) -> ProjectDetail:
        """Raises ProjectNotFound."""
        ...


def detail_of(project: Project) -> ProjectDetail:
    return ProjectDetail(*(getattr(project, name) for name in ProjectDetail.__struct_fields__))
