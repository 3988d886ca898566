"""A converter that decodes nothing."""

import asyncio

from pixcrawler.application.ports.converter import Converted
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.errors import CannotConvert


class StampingConverter:
    """Puts the wish before the bytes, as 8 x 6 pixels. What is in ``refused`` it cannot convert."""

    def __init__(self, *refused: bytes) -> None:
        self.refused = refused
        self.running = 0
        self.most = 0

    async def convert(self, picture: bytes, conversion: Conversion) -> Converted:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0)
            if picture in self.refused:
                raise CannotConvert("It is not a picture.", field="conversion")
            wanted = conversion.format
            extension = "png" if wanted is None else wanted.extension
            return Converted(f"{conversion!r} ".encode() + picture, extension, 8, 6)
        finally:
            self.running -= 1
