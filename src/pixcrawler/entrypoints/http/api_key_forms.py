"""Bodies and examples of ``/api-keys``."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.identity.rotate_api_key import RotatedKey
from pixcrawler.application.identity.show_key_usage import KeyUsage
from pixcrawler.application.ports.api_keys import HourOfUse, KeyDetail, KeyStatus, NewKey
from pixcrawler.domain.identity.api_key import LONGEST_NAME, KeyRequest
from pixcrawler.domain.identity.errors import UnusableApiKey
from pixcrawler.domain.shared.ids import ApiKeyId, UserId
from pixcrawler.entrypoints.http.job_fields import ONE_LINE

LONGEST_OVERLAP = 720
"""Hours: thirty days."""


class CreateKeyForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scopes: `read` to see, `write` to make, change and delete, `*` for all, also what later versions add.
    It lives until `expires_at`, or for `expires_in_days`; without either until it is revoked. `hourly_limit`
    is how many requests it may make within any hour: no more than the platform lets any key make, which
    holds where this is null."""

    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=ONE_LINE)]
    scopes: Annotated[tuple[Literal["read", "write", "*"], ...], Meta(min_length=1, max_length=3)]
    expires_at: Annotated[datetime, Meta(tz=True)] | UnsetType | None = UNSET
    expires_in_days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType | None = UNSET
    hourly_limit: Annotated[int, Meta(ge=1, le=10_000_000)] | UnsetType | None = UNSET

    @property
    def wanted(self) -> KeyRequest:
        """Raises UnusableApiKey when it says twice how long it lives."""
        if self.expires_at and self.expires_in_days:
            raise UnusableApiKey("Give expires_at or expires_in_days, not both.", field="expires_in_days")
        return KeyRequest(
            name=self.name,
            scopes=frozenset(self.scopes),
            expires_at=self.expires_at or None,
            lasts=timedelta(days=self.expires_in_days) if self.expires_in_days else None,
            hourly_limit=self.hourly_limit or None,
        )


class RotateKeyForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For `overlap_hours` both keys live; with 0 the old one ends at once."""

    overlap_hours: Annotated[int, Meta(ge=0, le=LONGEST_OVERLAP)] = 24


ID = ApiKeyId(UUID("01a1fe10-6666-7985-bba8-5ff3a8de3680"))
NEXT = ApiKeyId(UUID("01a1fe10-7777-7985-bba8-5ff3a8de3680"))
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LAPTOP = KeyDetail(
    id=ID,
    owner_id=UserId(UUID("01a1fe10-0000-7985-bba8-5ff3a8de3680")),
    name="laptop",
    shown="pxc_live_…3nTz",
    scopes=("read", "write"),
    hourly_limit=3600,
    status=KeyStatus.LIVE,
    created_at=AT,
    expires_at=AT + timedelta(days=90),
    revoked_at=None,
    last_used_at=AT + timedelta(days=2),
    last_address="192.0.2.7",
    replaced_by=None,
)
_UNUSED = {**msgspec.structs.asdict(LAPTOP), "last_used_at": None, "last_address": None}
MADE = NewKey(**_UNUSED, key="pxc_live_…3nTz")
_FOLLOWING = {
    **_UNUSED,
    "id": NEXT,
    "shown": "pxc_live_…8aQx",
    "created_at": AT + timedelta(days=60),
    "expires_at": AT + timedelta(days=150),
}
ROTATED = RotatedKey(
    new=NewKey(**_FOLLOWING, key="pxc_live_…8aQx"),
    old=msgspec.structs.replace(LAPTOP, replaced_by=NEXT, expires_at=AT + timedelta(days=61)),
)
USAGE = KeyUsage(
    key_id=ID,
    since=AT.replace(minute=0),
    requests=42,
    by_hour=(
        HourOfUse(AT.replace(minute=0), 40),
        HourOfUse(AT.replace(minute=0) + timedelta(days=2), 2),
    ),
    last_used_at=LAPTOP.last_used_at,
    last_address=LAPTOP.last_address,
    hourly_limit=3600,
    remaining=3598,
    reset=3120,
)
WANTED = BodyKwarg(
    examples=[
        Example(
            value={
                "name": LAPTOP.name,
                "scopes": list(LAPTOP.scopes),
                "expires_in_days": 90,
                "hourly_limit": LAPTOP.hourly_limit,
            }
        )
    ]
)
ROTATION = BodyKwarg(examples=[Example(value={"overlap_hours": 24})])
