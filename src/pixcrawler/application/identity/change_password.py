"""A new password for oneself."""

from pixcrawler.application.identity.proof import prove_password
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.identity.errors import WeakPassword, WrongPassword
from pixcrawler.domain.identity.events import PasswordChanged
from pixcrawler.domain.shared.actor import Actor


@use_case
class ChangePassword:
    """Whoever came through a password reset mail need not know the current one. Other logins end.

    Raises:
        WrongPassword, TooManyAttempts, WeakPassword, InvalidToken
    """

    provider: IdentityProvider
    transaction: Transaction
    clock: Clock

    async def __call__(self, token: str, *, current: str | None, new: str, by: Actor) -> None:
        person = await self.provider.verify(token)
        if not person.recovering:
            if current is None:
                raise WrongPassword
            await prove_password(self.provider, person.email, current)
        try:
            await self.provider.change_password(token, new)
        except WeakPassword as error:
            error.field = "new_password"
            raise
        async with self.transaction() as tx:
            tx.audit(Act.PASSWORD_CHANGED, by.id, by=by, owner=by.id)
            tx.record(PasswordChanged(at=self.clock.now(), owner_id=by.id), owner=by.id, lane=SHARED)
            await tx.commit()
