"""Pictures in another format, size or without their metadata."""

from typing import NamedTuple, Protocol

from pixcrawler.domain.datasets.conversion import Conversion


class Converted(NamedTuple):
    """A converted picture. ``format`` is the usual file name extension, sides are in pixels as shown."""

    data: bytes
    format: str
    width: int
    height: int


class Converter(Protocol):
    async def convert(self, picture: bytes, conversion: Conversion) -> Converted:
        """The same bytes and conversion give the same result. Several may run at once.

        Raises:
            CannotConvert: the picture cannot be decoded, or not be written as asked; the sentence says why,
                and not which picture.
        """
        ...
