"""Reading a notification."""

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.errors import NotificationNotFound
from pixcrawler.domain.activity.notification import Notification
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import NotificationId


@use_case
class ReadNotification:
    """It is read from then on; again changes nothing."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, key: NotificationId, *, by: Actor) -> Notification:
        """Raises ScopeMissing and NotificationNotFound."""
        by.must(WRITE)
        async with self.transaction() as tx:
            notification = await tx.notifications.locked(key)
            if not by.may_see(notification.owner_id):
                raise NotificationNotFound(f"There is no notification {key}.")
            if notification.read_at is None:
                notification.read(at=self.clock.now())
                await tx.notifications.save(notification)
                await tx.commit()
        return notification
