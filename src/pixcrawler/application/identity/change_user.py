"""A superuser's change to somebody's profile."""

from msgspec import UNSET

from pixcrawler.application.identity.superuser import check_superuser
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.errors import NotOneself
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import UserId


@use_case
class ChangeUser:
    """Nobody changes their own role, and of two who demote each other at once one comes first: there is
    always a superuser left.

    Raises:
        SuperusersOnly, NotOneself, UserNotFound, InvalidProfile
    """

    transaction: Transaction

    async def __call__(self, user_id: UserId, wanted: ProfileChange, *, by: Actor) -> None:
        if by.may_see_all and user_id == by.id and wanted.role is not UNSET:
            raise NotOneself("Nobody changes their own role; ask another superuser.", field="role")
        async with self.transaction() as tx:
            await check_superuser(by, tx, over=user_id)
            profile = await tx.profiles.locked(user_id)
            if profile.change(wanted):
                await tx.profiles.save(profile)
                about = {"name": profile.name, "role": profile.role.value, "plan": profile.plan.value}
                tx.audit(Act.ACCOUNT_CHANGED, user_id, by=by, owner=user_id, **about)
                await tx.commit()
