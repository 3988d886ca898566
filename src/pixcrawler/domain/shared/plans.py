"""THE table of plans: what an account has for its money."""

from collections.abc import Mapping
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


PLANS: Mapping[Plan, Terms] = {
    Plan.FREE: Terms(export_days=30, running_jobs=2),
    Plan.PRO: Terms(export_days=180, running_jobs=10),
    Plan.ENTERPRISE: Terms(export_days=None, running_jobs=None),
}
