"""The two stores that a tier can be."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.errors import NoWarmStore


@dataclass(frozen=True, slots=True)
class Stores:
    """``warm`` is None where the operator has configured one store only."""

    hot: ObjectStore
    warm: ObjectStore | None = None

    def of(self, tier: Tier) -> ObjectStore:
        """Raises NoWarmStore."""
        store = self.hot if tier is Tier.HOT else self.warm
        if store is None:
            raise NoWarmStore
        return store

    def check_archiving(self) -> None:
        """Raises NoWarmStore."""
        self.of(Tier.WARM)

    def there(self) -> Iterator[tuple[Tier, ObjectStore]]:
        """Those that there are."""
        yield Tier.HOT, self.hot
        if self.warm is not None:
            yield Tier.WARM, self.warm

    async def let_go(self, objects: Sequence[tuple[Tier, str]]) -> None:
        """Delete objects that no row names any more, as far as their stores answer: the others are reaped
        later."""
        stores = dict(self.there())
        for tier, key in objects:
            if tier in stores:
                with suppress(Unavailable):
                    await stores[tier].delete(key)
