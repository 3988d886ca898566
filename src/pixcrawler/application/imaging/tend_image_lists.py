"""Task: the lists of large jobs' images."""

from pixcrawler.application.ports.image_lists import ImageLists
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.use_case import use_case


@use_case
class TendImageLists:
    """Make those that are missing, in small parts; a worker that must stop leaves the rest to the next."""

    lists: ImageLists

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        while not lease.draining and await self.lists.extend():
            pass
