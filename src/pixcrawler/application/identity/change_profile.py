"""What people say about themselves."""

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Actor


@use_case
class ChangeProfile:
    """Name, avatar, onboarded: one's own. Role and plan are for ``ChangeUser``.

    Raises:
        InvalidProfile, UserNotFound
    """

    transaction: Transaction

    async def __call__(self, wanted: ProfileChange, *, by: Actor) -> None:
        own = ProfileChange(name=wanted.name, avatar_url=wanted.avatar_url, onboarded=wanted.onboarded)
        async with self.transaction() as tx:
            profile = await tx.profiles.locked(by.id)
            if profile.change(own):
                await tx.profiles.save(profile)
                tx.audit(Act.ACCOUNT_CHANGED, by.id, by=by, owner=by.id)
                await tx.commit()
