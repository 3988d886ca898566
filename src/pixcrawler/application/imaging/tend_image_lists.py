"""Task: the lists of large jobs' images."""

from dataclasses import dataclass

from pixcrawler.application.ports.image_lists import ImageLists
from pixcrawler.application.ports.lease import Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class TendImageLists:
    """Make those that are missing, in small parts; a worker that must stop leaves the rest to the next."""

    lists: ImageLists

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        while not lease.draining and await self.lists.extend():
            pass
