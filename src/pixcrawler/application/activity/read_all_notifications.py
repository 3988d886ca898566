"""Reading all notifications."""

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.shared.actor import WRITE, Actor


@use_case
class ReadAllNotifications:
    """Of who asks."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, *, by: Actor) -> int:
        """How many were unread. Raises ScopeMissing."""
        by.must(WRITE)
        async with self.transaction() as tx:
            number = await tx.notifications.read_all(by.id, at=self.clock.now())
            await tx.commit()
        return number
