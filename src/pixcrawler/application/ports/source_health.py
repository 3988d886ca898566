"""How sources answered lately: what crawls, previews and probes found, remembered for all processes.

It is for people to look at; nothing is decided by it.
"""

from datetime import datetime

import msgspec

from pixcrawler.application.ports.cache import Shelf


class Answered(msgspec.Struct, frozen=True):
    """Once. ``code`` is that of the error, None when it went well. No more of the error is kept: it may
    quote what somebody searched for."""

    at: datetime
    code: str | None


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """When a source last gave what it should, and when and how it last failed (``failure_code``). Null: not
    lately, or nobody remembers."""

    last_success: datetime | None
    last_failure: datetime | None
    failure_code: str | None


WORKED = Shelf(name="source-worked", kind=Answered, largest=1_000)
FAILED = Shelf(name="source-failed", kind=Answered, largest=1_000)
"""By the source's id. Apart, so that two processes that write at once lose nothing."""
