"""How much keys are used, when and from where last."""

from pixcrawler.application.identity.recent_keys import KeyUses
from pixcrawler.application.ports.key_ring import KeyRing
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.shared.errors import DomainError


@use_case
class RecordKeyUses:
    """Write down what ``Authenticate`` noted. What cannot be written now is kept for the next time.

    Raises:
        Unavailable, ChangedMeanwhile
    """

    keys: KeyRing
    uses: KeyUses

    async def __call__(self) -> None:
        uses = self.uses.take()
        if not uses:
            return
        try:
            await self.keys.used(uses)
        except DomainError:
            self.uses.give_back(uses)
            raise
