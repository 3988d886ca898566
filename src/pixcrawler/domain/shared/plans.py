"""THE table of plans: what an account has for its money."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class Plan(StrEnum):
    FREE = "free"
    PRO = "pro"
    ENTERPRISE = "enterprise"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """``export_days``: how long an export is kept after it was made or last downloaded; None: until its owner
    deletes it. ``running_jobs``: how many crawl jobs may run at once; None: any number."""

    export_days: int | None
    running_jobs: int | None

    def expiry(self, last_used: datetime) -> datetime | None:
        """When an export goes that was made or last downloaded then."""
        return None if self.export_days is None else last_used + timedelta(days=self.export_days)


PLANS: Mapping[Plan, Terms] = {
    Plan.FREE: Terms(export_days=30, running_jobs=2),
    Plan.PRO: Terms(export_days=180, running_jobs=10),
    Plan.ENTERPRISE: Terms(export_days=None, running_jobs=None),
}
