"""Errors of projects, each with a stable code and a sentence that a user can act on."""

from pixcrawler.domain.shared.errors import Conflict, Invalid, NotFound


class ProjectNotFound(NotFound):
    code = "PROJECT_NOT_FOUND"


class InvalidProject(Invalid):
    code = "INVALID_PROJECT"


class ProjectNameTaken(Conflict):
    code = "PROJECT_NAME_TAKEN"


class ProjectArchived(Conflict):
    code = "PROJECT_ARCHIVED"


class ProjectBusy(Conflict):
    """A job of it runs."""

    code = "PROJECT_BUSY"
