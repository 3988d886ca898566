"""What happened, told by the aggregate that decided it.

An event's ``tag`` is stored and must never change; the class may be renamed. The payload of a task
is the JSON of the event that caused it.
"""

from datetime import datetime
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Base of all events. ``at`` is UTC."""

    at: datetime

    @property
    def subject_id(self) -> UUID | None:
        """The aggregate that this is about; its tasks can be listed by it."""
        return None
