"""An account for somebody else."""

import msgspec

from pixcrawler.application.identity.superuser import check_superuser
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.plans import Plan


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who shall be able to log in; ``repr`` does not show the password."""

    email: str
    password: str
    name: str | None = None
    role: Role = Role.USER
    plan: Plan = Plan.FREE

    def __repr__(self) -> str:
        return f"NewUser(role={self.role.value})"


class CreatedUser(msgspec.Struct, frozen=True):
    """Whose profile is there by now."""

    id: UserId


@use_case
class CreateUser:
    """The provider makes the account, then the profile is made. When this breaks off between the two, the
    profile is made at the first login, with the role ``user``.

    Raises:
        SuperusersOnly, EmailTaken, WeakPassword, InvalidEmail, AuthUnavailable, and what ``Answers`` raises
    """

    provider: IdentityProvider
    people: People
    transaction: Transaction

    async def __call__(self, wanted: NewUser, *, by: Actor, once: Once | None = None) -> CreatedUser:
        async with self.transaction() as tx:
            await check_superuser(by, tx)
            if (earlier := await tx.answers.find(once, owner=by.id, type=CreatedUser)) is not None:
                return earlier
        account = await self.provider.create_account(wanted.email, wanted.password, name=wanted.name)
        await self.people.seen(account)
        made = CreatedUser(account.id)
        async with self.transaction() as tx:
            profile = await tx.profiles.locked(made.id)
            profile.change(ProfileChange(role=wanted.role, plan=wanted.plan))
            await tx.profiles.save(profile)
            tx.audit(Act.ACCOUNT_CREATED, made.id, by=by, owner=made.id, role=wanted.role.value)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made
