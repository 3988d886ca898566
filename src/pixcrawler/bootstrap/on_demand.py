"""What a process opens when somebody first needs it."""

from contextlib import AsyncExitStack

from pixcrawler.application.ports.converter import Converted, Converter
from pixcrawler.application.ports.inspector import Thumbnails, Unreadable
from pixcrawler.bootstrap.cores import decode_processes
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.settings import Settings

PROCESSES = 2
"""Children that make thumbnails: decoding never happens in the process that answers requests."""


class ThumbnailsOnDemand:
    """Starts its decoding children with the first thumbnail, and ends them when ``stack`` closes."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._stack = stack
        self._family: Thumbnails | None = None

    async def thumbnail(self, descriptor: int, side: int) -> bytes | Unreadable:
        """See the port."""
        if self._family is None:
            self._family = await self._open()
        return await self._family.thumbnail(descriptor, side)

    async def _open(self) -> Thumbnails:
        """Starting waits for nothing, so nobody comes between."""
        from pixcrawler.bootstrap.decoding import inspector

        return await self._stack.enter_async_context(inspector(self._settings, PROCESSES))


class ConverterOnDemand:
    """Starts its children, one a core, with the first picture of an export that converts; most do not."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._stack = stack
        self._family: Converter | None = None

    async def convert(self, picture: bytes, conversion: Conversion) -> Converted:
        """See the port."""
        if self._family is None:
            self._family = await self._open()
        return await self._family.convert(picture, conversion)

    async def _open(self) -> Converter:
        """Starting waits for nothing, so nobody comes between."""
        from pixcrawler.adapters.imaging.converter import ChildConverter

        return await self._stack.enter_async_context(ChildConverter(decode_processes(self._settings)))
