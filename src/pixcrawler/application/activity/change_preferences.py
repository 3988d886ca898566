"""Changing what one wants to be told."""

from typing import Any

import msgspec

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.activity.notification import NoticeKind
from pixcrawler.domain.activity.preferences import Preferences
from pixcrawler.domain.shared.actor import WRITE, Actor


class PreferencesChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different: kinds in the app, on or off, and fields of ``Preferences`` by name."""

    in_app: dict[NoticeKind, bool] = {}
    fields: dict[str, Any] = {}


@use_case
class ChangePreferences:
    """One's own."""

    transaction: Transaction

    async def __call__(self, change: PreferencesChange, *, by: Actor) -> Preferences:
        """Raises ScopeMissing and InvalidPreferences."""
        by.must(WRITE)
        async with self.transaction() as tx:
            wanted = await tx.preferences.of(by.id)
            before = msgspec.structs.asdict(wanted)
            for name, value in change.fields.items():
                setattr(wanted, name, value)
            if wanted.quiet_hours is not None:
                wanted.quiet_hours.check()
            wanted.switch(change.in_app)
            if msgspec.structs.asdict(wanted) != before:
                await tx.preferences.keep(wanted)
                tx.audit(Act.PREFERENCES_CHANGED, by.id, by=by, owner=by.id)
                await tx.commit()
        return wanted
