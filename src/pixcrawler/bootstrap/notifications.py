"""The container of what people are told."""

from dataclasses import dataclass

from pixcrawler.application.activity.change_preferences import ChangePreferences
from pixcrawler.application.activity.delete_notification import DeleteNotification
from pixcrawler.application.activity.read_all_notifications import ReadAllNotifications
from pixcrawler.application.activity.read_notification import ReadNotification
from pixcrawler.application.activity.tell_owner import TellOwner
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.notifications import NotificationReads
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.bootstrap.containers import containers, providers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Notifications:
    tell_owner: TellOwner
    read: ReadNotification
    read_all: ReadAllNotifications
    delete: DeleteNotification
    change_preferences: ChangePreferences
    reads: NotificationReads


class NotificationsContainer(containers.DeclarativeContainer):
    """What notifications need, and their use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    reads: providers.Dependency[NotificationReads] = providers.Dependency()

    context = providers.Singleton(
        Notifications,
        tell_owner=providers.Singleton(TellOwner, transaction=transaction, clock=clock, new_id=new_id),
        read=providers.Singleton(ReadNotification, transaction=transaction, clock=clock),
        read_all=providers.Singleton(ReadAllNotifications, transaction=transaction, clock=clock),
        delete=providers.Singleton(DeleteNotification, transaction=transaction),
        change_preferences=providers.Singleton(ChangePreferences, transaction=transaction),
        reads=reads,
    )
