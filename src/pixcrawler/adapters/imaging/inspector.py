"""The Inspector port over limited child processes."""

import os

from pixcrawler.adapters.imaging import wire
from pixcrawler.adapters.imaging.pool import Pool
from pixcrawler.application.ports.inspector import Readable, Unreadable
from pixcrawler.domain.imaging.appearance import Appearance
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.validation import Validation


class ChildInspector(Pool):
    """Inspects in the children of a pool."""

    async def inspect(self, body: Readable, level: Validation = Validation.STANDARD) -> Facts | Unreadable:
        """As the port says. Files over 25 MB, 50 megapixels a frame or 200 in all frames are Unreadable."""
        answer = await self.ask(wire.ACTS[level], 0, body.open_for_reading)
        assert isinstance(answer, Facts | Unreadable)
        return answer

    async def glance(self, body: Readable) -> Appearance | Unreadable:
        """As the port says, with the limits of ``inspect``."""
        answer = await self.ask(wire.GLANCE, 0, body.open_for_reading)
        assert isinstance(answer, Appearance | Unreadable)
        return answer

    async def thumbnail(self, descriptor: int, side: int) -> bytes | Unreadable:
        """As the port says; ``side`` is 1 to 1024, and no picture is enlarged."""
        if not 1 <= side <= wire.LARGEST_SIDE:
            raise ValueError(f"side must be 1 to {wire.LARGEST_SIDE}, not {side}")
        own = os.dup(descriptor)  # the caller may close theirs when it is cancelled
        try:
            answer = await self.ask(wire.THUMBNAIL, side, lambda: os.dup(own))
        finally:
            os.close(own)
        assert isinstance(answer, bytes | Unreadable)
        return answer
