"""An object on its way out of S3, Azure or GCS, piece by piece."""

from typing import TYPE_CHECKING, Self

from obstore.exceptions import BaseError

from pixcrawler.adapters.storage.obstore_errors import told
from pixcrawler.adapters.storage.place import Place

if TYPE_CHECKING:
    import obstore

PIECE = 256 * 1024


class ObstorePieces:
    """A broken connection is taken up again by obstore where it broke, if the object is still the same."""

    def __init__(self, found: "obstore.GetResult", place: Place) -> None:
        self._stream: obstore.BytesStream | None = found.stream(min_chunk_size=PIECE)
        self._place = place
        self._rest = memoryview(b"")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._rest:
            if self._stream is None:
                raise StopAsyncIteration
            try:
                self._rest = memoryview(bytes(await anext(self._stream)))
            except StopAsyncIteration:
                await self.aclose()
                raise
            except (BaseError, OSError) as error:
                raise told(error, self._place) from None
        piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
        return bytes(piece)

    async def aclose(self) -> None:
        """Letting go of the stream ends the request."""
        self._stream = None
        self._rest = memoryview(b"")


class NoPieces:
    """Nothing of an object that is there."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration

    async def aclose(self) -> None:
        return
