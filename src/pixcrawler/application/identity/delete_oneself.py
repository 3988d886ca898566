"""Somebody leaves."""

from dataclasses import dataclass
from datetime import timedelta

from pixcrawler.application.identity.parting_user import part_at_provider, part_with
from pixcrawler.application.identity.proof import prove_password
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.identity.errors import LoginTooOld, NotConfirmed
from pixcrawler.domain.shared.actor import Actor

RECENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteOneself:
    """With everything that is one's own. ``confirm`` repeats one's e-mail address. The password proves who
    asks; those who log in without one must have logged in within ten minutes.

    Raises:
        NotConfirmed, WrongPassword, LoginTooOld, TooManyAttempts, UserBusy
    """

    transaction: Transaction
    provider: IdentityProvider
    people: People
    clock: Clock

    async def __call__(self, *, confirm: str, password: str | None, by: Actor) -> None:
        account = await self.provider.account(by.id)
        if confirm.strip().lower() != account.email.lower():
            raise NotConfirmed("Repeat your e-mail address to delete your account.", field="confirm")
        if password is not None:
            await prove_password(self.provider, account.email, password)
        elif account.last_login_at is None or self.clock.now() - account.last_login_at > RECENT:
            raise LoginTooOld
        async with self.transaction() as tx:
            await part_with(tx, by.id)
            await tx.commit()
        await part_at_provider(self.provider, self.people, by.id)
