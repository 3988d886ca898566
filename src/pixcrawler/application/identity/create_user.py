"""An account for somebody else."""

from dataclasses import dataclass

import msgspec

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.identity_provider import Account, IdentityProvider, Person
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.profiles import ProfileDetail
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import SuperusersOnly
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser:
    """The provider makes the account, then the profile is made. When this breaks off between the two, the
    profile is made at the first login, with the role ``user``.

    Raises:
        SuperusersOnly, EmailTaken, WeakPassword, InvalidEmail, AuthUnavailable, and what ``Answers`` raises
    """

    provider: IdentityProvider
    people: People
    transaction: Transaction
    clock: Clock

    async def __call__(self, wanted: NewUser, *, by: Actor, once: Once | None = None) -> ProfileDetail:
        if not by.may_see_all:
            raise SuperusersOnly
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ProfileDetail)) is not None:
                return earlier
        account = await self.provider.create_account(wanted.email, wanted.password, name=wanted.name)
        at = self.clock.now()
        await self.people.seen(Person(id=account.id, email=account.email, name=account.name, expires_at=at))
        async with self.transaction() as tx:
            made = await self._written(tx, account, wanted)
            tx.audit(Act.ACCOUNT_CREATED, account.id, by=by, owner=account.id, role=wanted.role.value)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made

    async def _written(self, tx: UnitOfWork, account: Account, wanted: NewUser) -> ProfileDetail:
        profile = await tx.profiles.locked(account.id)
        profile.change(ProfileChange(role=wanted.role, plan=wanted.plan))
        await tx.profiles.save(profile)
        at = self.clock.now()
        return ProfileDetail(
            id=profile.id,
            email=profile.email,
            name=profile.name,
            avatar_url=profile.avatar_url,
            onboarded=profile.onboarded,
            role=profile.role,
            plan=profile.plan,
            created_at=at,
            updated_at=at,
        )
