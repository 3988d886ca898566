"""Saying how closely one's new jobs look at pictures."""

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.imaging.validation import DefaultLevel
from pixcrawler.domain.shared.actor import WRITE, Actor


@use_case
class ChangeLevel:
    """For jobs that are made from now on and say nothing else, and for looks that name no level."""

    transaction: Transaction

    async def __call__(self, level: DefaultLevel, *, by: Actor) -> DefaultLevel:
        """Raises ScopeMissing."""
        by.must(WRITE)
        async with self.transaction() as tx:
            if await tx.validation_levels.of(by.id) == level:
                return level
            await tx.validation_levels.set(by.id, level)
            about = {"level": level.level.value, "mode": level.mode.value}
            tx.audit(Act.VALIDATION_LEVEL_CHANGED, by.id, by=by, owner=by.id, **about)
            await tx.commit()
        return level
