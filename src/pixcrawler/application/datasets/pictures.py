"""The pictures of an export, read from the store and converted on their way."""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeVar

from pixcrawler.application.ports.converter import Converted, Converter
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.domain.datasets.changes import Changes
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.errors import CannotConvert, ExportMismatch
from pixcrawler.domain.datasets.layout import Placed

BATCH = 4 * 1024 * 1024
"""Bytes of pictures in a batch, about; a larger picture is one of its own."""
MOST = 256
"""Pictures in a batch."""
PLANNED = 8
"""Batches whose rows are looked up together: going to a thread takes longer than looking up a few."""
AT_ONCE = 8
"""Pictures that are being converted."""

T = TypeVar("T")
Picture = tuple[Placed, bytes]


class StoredPictures:
    """Implements ``Pictures``. While one batch is worked on, the next is read: two are in memory, and as
    much again of what conversion made. Leaving its context ends what still runs ahead."""

    def __init__(
        self,
        store: ObjectStore,
        *,
        conversion: Conversion | None = None,
        converter: Converter | None = None,
        batch: int = BATCH,
    ) -> None:
        self._store, self._batch = store, batch
        self._conversion, self._converter = conversion, converter
        self._changes = Changes()
        self._running: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    @property
    def converted(self) -> bool:
        return self._conversion is not None

    @property
    def changes(self) -> Changes:
        return self._changes

    def read(self, images: Iterable[Placed]) -> AsyncIterator[Sequence[Picture]]:
        found = self._found(_batches(images, self._batch))
        if self._conversion is None or self._converter is None:
            return found
        return self._remade(found, self._conversion, self._converter)

    async def lost(self, images: Sequence[Placed]) -> ExportMismatch:
        lost = [image.path for image in images if not await self._store.exists(image.row.key)]
        names = ", ".join(lost[:3]) or "A file"
        return ExportMismatch(f"{names} of the dataset is no longer in the store; put it back.")

    async def _found(self, batches: Iterator[list[Placed]]) -> AsyncIterator[Sequence[Picture]]:
        planned: deque[list[Placed]] = deque()
        ahead = self._ahead(self._next(batches, planned))
        while batch := await ahead:
            ahead = self._ahead(self._next(batches, planned))
            yield batch

    async def _next(self, batches: Iterator[list[Placed]], planned: deque[list[Placed]]) -> list[Picture]:
        """The next batch; empty after the last."""
        if not planned:
            planned.extend(await asyncio.to_thread(lambda: list(islice(batches, PLANNED))))
        images = planned.popleft() if planned else []
        try:
            found = await self._store.read([image.row.key for image in images])
        except ObjectMissing as error:
            raise await self.lost(images) from error
        for image, data in zip(images, found, strict=True):
            if len(data) != image.row.bytes:
                raise ExportMismatch(
                    f"{image.path} has {len(data):,} bytes in the store and {image.row.bytes:,} in the"
                    " manifest; put it back."
                )
        return list(zip(images, found, strict=True))

    async def _remade(
        self, found: AsyncIterator[Sequence[Picture]], conversion: Conversion, converter: Converter
    ) -> AsyncIterator[Sequence[Picture]]:
        window: deque[asyncio.Task[Picture]] = deque()
        ready: list[Picture] = []
        async for batch in found:
            for image, data in batch:
                window.append(self._ahead(self._convert(image, data, conversion, converter)))
                if len(window) < AT_ONCE:
                    continue
                ready.append(await window.popleft())
                if sum(len(data) for _, data in ready) >= self._batch or len(ready) >= MOST:
                    yield ready
                    ready = []
        ready += [await task for task in window]
        if ready:
            yield ready

    async def _convert(
        self, image: Placed, data: bytes, conversion: Conversion, converter: Converter
    ) -> Picture:
        try:
            made = await converter.convert(data, conversion)
        except CannotConvert as error:
            raise CannotConvert(f"{image.path} cannot be converted: {error}") from error
        digest = await asyncio.to_thread(lambda: hashlib.sha256(made.data).hexdigest())
        self._note(image, made, digest)
        return image.of(self._changes.applied(image.row)), made.data

    def _note(self, image: Placed, made: Converted, digest: str) -> None:
        self._changes.add(
            image.row,
            sha256=digest,
            size=len(made.data),
            width=made.width,
            height=made.height,
            extension=made.format,
        )

    def _ahead(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """Also when nobody waits for it any more: then what it raised harms nobody."""
        self._running.discard(task)
        if not task.cancelled():
            task.exception()


def _batches(images: Iterable[Placed], limit: int) -> Iterator[list[Placed]]:
    batch: list[Placed] = []
    size = 0
    for image in images:
        if batch and (size + image.row.bytes > limit or len(batch) == MOST):
            yield batch
            batch, size = [], 0
        batch.append(image)
        size += image.row.bytes
    if batch:
        yield batch
