"""Showing a picture small."""

import asyncio
import os
from dataclasses import field

from pixcrawler.application.ports.images import ImageFile
from pixcrawler.application.ports.inspector import Thumbnails, Unreadable
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.imaging.errors import NoThumbnail, TooManyThumbnails
from pixcrawler.domain.imaging.thumbnails import SIDE, thumbnail_key

AT_ONCE = 16
"""Pictures that are open at once; more wait in line."""


@use_case
class ShowThumbnail:
    """Give the stored thumbnail, or make and store it. Two that ask at once may both make it: the same
    picture gives the same bytes. ``patience`` is in seconds."""

    store: ObjectStore
    thumbnails: Thumbnails
    patience: float = 10.0
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def __call__(self, file: ImageFile) -> bytes:
        """A JPEG.

        Raises:
            ObjectMissing: the picture itself is not in the store.
            NoThumbnail: the picture cannot be decoded within its limits.
            TooManyThumbnails: others are before this one, and it takes too long.
        """
        key = thumbnail_key(file.key)
        try:
            return await self.store.get(key)
        except ObjectMissing:
            pass
        try:
            async with asyncio.timeout(self.patience), self._places:
                made = await self._made(file)
        except TimeoutError as error:
            raise TooManyThumbnails(
                "Many thumbnails are being made; ask for this one again in a moment."
            ) from error
        await self.store.put(key, made)
        return made

    async def _made(self, file: ImageFile) -> bytes:
        descriptor = await self.store.open_for_reading(file.key)
        try:
            made = await self.thumbnails.thumbnail(descriptor, SIDE)
        finally:
            os.close(descriptor)
        if isinstance(made, Unreadable):
            raise NoThumbnail(f"This picture cannot be shown small: {made.evidence}. Download it instead.")
        return made
