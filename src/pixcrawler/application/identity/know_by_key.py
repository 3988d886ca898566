"""Who asks, by an API key."""

from dataclasses import dataclass

from pixcrawler.application.identity.recent_keys import KeyUses, RecentKeys
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.key_ring import KeyHolder, KeyRing
from pixcrawler.domain.identity.errors import InvalidApiKey
from pixcrawler.domain.identity.key_text import KeyKind, is_key, key_digest
from pixcrawler.domain.shared.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowByKey:
    """From a key's text to the actor that it stands for, at the cost of one query every few seconds.

    What was not written by us (its checksum is wrong) or is of the other kind is refused without any query.

    Raises:
        InvalidApiKey: the key opens nothing; the error does not tell why.
        Unavailable: the database does not answer.
    """

    keys: KeyRing
    clock: Clock
    kind: KeyKind
    recent: RecentKeys
    uses: KeyUses

    async def actor(self, text: str, *, address: str | None = None) -> Actor:
        """``address`` is where a request came from, which is counted; without one nobody came."""
        if not is_key(text, self.kind):
            raise InvalidApiKey
        digest = key_digest(text)
        holder = self.recent.get(digest) or await self._asked(digest)
        at = self.clock.now()
        if holder is None or not holder.may_enter(at=at):
            raise InvalidApiKey
        if address is not None:
            self.uses.note(holder.key_id, at=at, address=address)
        return holder.actor

    async def _asked(self, digest: bytes) -> KeyHolder | None:
        asked = self.recent.ticks()
        holder = await self.keys.holder(digest)
        if holder is not None and holder.may_enter(at=self.clock.now()):
            self.recent.keep(digest, holder, asked=asked)
        return holder
