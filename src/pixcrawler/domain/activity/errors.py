"""Errors of telling people, each with a stable code and a sentence that a user can act on."""

from pixcrawler.domain.shared.errors import Invalid, NotFound


class NotificationNotFound(NotFound):
    code = "NOTIFICATION_NOT_FOUND"


class InvalidPreferences(Invalid):
    code = "INVALID_PREFERENCES"
