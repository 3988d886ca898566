"""Somebody leaves."""

from datetime import timedelta

from pixcrawler.application.identity.parting_user import part_at_provider, part_with
from pixcrawler.application.identity.proof import prove_password
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.errors import LoginTooOld, NotConfirmed
from pixcrawler.domain.shared.actor import Actor

RECENT = timedelta(minutes=10)


@use_case
class DeleteOneself:
    """With everything that is one's own. ``confirm`` repeats one's e-mail address, or the name of who has
    none. The password proves who asks; who sends none must have logged in within ten minutes, with the very
    session that ``token`` is of.

    Raises:
        NotConfirmed, WrongPassword, LoginTooOld, TooManyAttempts, UserBusy
    """

    transaction: Transaction
    provider: IdentityProvider
    people: People
    clock: Clock

    async def __call__(self, token: str, *, confirm: str, password: str | None, by: Actor) -> None:
        account = await self.provider.account(by.id)
        called = account.email or await self._name(by)
        if confirm.strip().lower() != called.lower():
            what = "e-mail address" if account.email else "name"
            raise NotConfirmed(f"Repeat your {what} to delete your account.", field="confirm")
        if password is not None:
            await prove_password(self.provider, account.email or None, password)
        else:
            await self._check_login(token)
        async with self.transaction() as tx:
            await part_with(tx, by.id)
            tx.audit(Act.ACCOUNT_DELETED, by.id, by=None, owner=None)
            await tx.commit()
        await part_at_provider(self.provider, self.people, by.id)

    async def _name(self, by: Actor) -> str:
        async with self.transaction() as tx:
            return (await tx.profiles.get(by.id)).name

    async def _check_login(self, token: str) -> None:
        """The account's last login may be another's than who stole this token."""
        since = (await self.provider.verify(token)).logged_in_at
        if since is None or self.clock.now() - since > RECENT:
            raise LoginTooOld
