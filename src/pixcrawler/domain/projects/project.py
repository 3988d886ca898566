"""A project groups the crawl jobs and datasets of one owner."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from pixcrawler.domain.projects.errors import InvalidProject
from pixcrawler.domain.shared.ids import ProjectId, UserId

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2_000


class ProjectStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class Project(msgspec.Struct, kw_only=True):
    """Its name is its owner's only one of that name. An archived project takes no new jobs. ``defaults`` are
    what its new jobs take where they say nothing, in the form in which they are asked for."""

    id: ProjectId
    owner_id: UserId
    name: str
    description: str
    defaults: dict[str, Any]
    status: ProjectStatus
    version: int
    created_at: datetime
    updated_at: datetime

    def change(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        defaults: dict[str, Any] | None = None,
        status: ProjectStatus | None = None,
    ) -> None:
        """None leaves it as it is. Raises InvalidProject."""
        if name is not None:
            self.name = checked_name(name)
        if description is not None:
            self.description = checked_description(description)
        if defaults is not None:
            self.defaults = defaults
        if status is not None:
            self.status = status


def new_project(
    key: ProjectId,
    *,
    owner: UserId,
    name: str,
    description: str = "",
    defaults: dict[str, Any] | None = None,
    at: datetime,
) -> Project:
    """An active one. Raises InvalidProject."""
    return Project(
        id=key,
        owner_id=owner,
        name=checked_name(name),
        description=checked_description(description),
        defaults={} if defaults is None else defaults,
        status=ProjectStatus.ACTIVE,
        version=1,
        created_at=at,
        updated_at=at,
    )


def checked_name(text: str) -> str:
    """Without blanks around and inside one at most. Raises InvalidProject when empty or too long."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidProject(f"A project's name has 1 to {LONGEST_NAME} characters.", field="name")
    return name


def checked_description(text: str) -> str:
    """Raises InvalidProject when too long."""
    if len(text) > LONGEST_DESCRIPTION:
        message = f"A project's description has at most {LONGEST_DESCRIPTION:,} characters."
        raise InvalidProject(message, field="description")
    return text
