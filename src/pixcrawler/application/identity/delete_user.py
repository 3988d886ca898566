"""A superuser parts with somebody."""

from pixcrawler.application.identity.parting_user import hold_jobs, part_at_provider, part_with
from pixcrawler.application.identity.superuser import check_superuser
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.errors import NotOneself
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import SuperusersOnly
from pixcrawler.domain.shared.ids import UserId


@use_case
class DeleteUser:
    """With everything that is theirs.

    Raises:
        SuperusersOnly, NotOneself, UserNotFound, UserBusy
    """

    transaction: Transaction
    provider: IdentityProvider
    people: People

    async def __call__(self, user_id: UserId, *, by: Actor) -> None:
        if not by.may_see_all:
            raise SuperusersOnly
        if user_id == by.id:
            raise NotOneself("Nobody deletes their own account here; DELETE /users/me does that.")
        async with self.transaction() as tx:
            await hold_jobs(tx, user_id)
            await check_superuser(by, tx, over=user_id)
            await part_with(tx, user_id)
            tx.audit(Act.ACCOUNT_DELETED, user_id, by=by, owner=by.id)
            await tx.commit()
        await part_at_provider(self.provider, self.people, user_id)
