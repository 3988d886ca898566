"""Deleting a notification."""

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.errors import NotificationNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import NotificationId


@use_case
class DeleteNotification:
    """For good."""

    transaction: Transaction

    async def __call__(self, key: NotificationId, *, by: Actor) -> None:
        """Raises ScopeMissing and NotificationNotFound."""
        by.must(WRITE)
        async with self.transaction() as tx:
            notification = await tx.notifications.locked(key)
            if not by.may_see(notification.owner_id):
                raise NotificationNotFound(f"There is no notification {key}.")
            await tx.notifications.delete(key)
            await tx.commit()
