"""The Converter port over limited child processes."""

import os

from pixcrawler.adapters.imaging import wire
from pixcrawler.adapters.imaging.conversions import packed
from pixcrawler.adapters.imaging.pool import Pool
from pixcrawler.application.ports.converter import Converted
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.errors import CannotConvert

CPU_SECONDS = 60
"""For one picture; AVIF takes about 11 for the largest that is accepted (50 megapixels)."""
MEMORY_BYTES = 2 << 30
DEADLINE = 120.0


class ChildConverter(Pool):
    """Converts in the children of a pool. Its limits are wider than those of looking at pictures: encoding
    takes more than decoding."""

    def __init__(
        self,
        processes: int,
        *,
        cpu_seconds: int = CPU_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        deadline: float = DEADLINE,
    ) -> None:
        super().__init__(processes, cpu_seconds=cpu_seconds, memory_bytes=memory_bytes, deadline=deadline)

    async def convert(self, picture: bytes, conversion: Conversion) -> Converted:
        """As the port says; how, is told in ``convert``. Raises Unavailable while no child can be started."""
        descriptor = os.memfd_create("picture")
        try:
            with os.fdopen(os.dup(descriptor), "wb") as file:
                file.write(picture)
            answer = await self.ask(wire.CONVERT, packed(conversion), lambda: os.dup(descriptor))
        finally:
            os.close(descriptor)
        if isinstance(answer, Unreadable):
            raise CannotConvert(f"{answer.evidence}.", field="conversion")
        assert isinstance(answer, Converted)
        return answer
