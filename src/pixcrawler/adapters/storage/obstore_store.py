"""S3, Azure and GCS, by one library."""

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import obstore
from obstore.exceptions import BaseError

from pixcrawler.adapters.storage.head import Head
from pixcrawler.adapters.storage.headed_writer import HeadedWriter
from pixcrawler.adapters.storage.keys import checked
from pixcrawler.adapters.storage.obstore_errors import (
    is_a_lost_upload,
    is_behind_the_end,
    is_bucket_missing,
    told,
)
from pixcrawler.adapters.storage.obstore_kinds import Vendor
from pixcrawler.adapters.storage.obstore_pieces import NoPieces, ObstorePieces
from pixcrawler.adapters.storage.obstore_writer import IN_FLIGHT, PART, ObstoreWriter
from pixcrawler.adapters.storage.place import Place
from pixcrawler.adapters.storage.ranged_file import as_file
from pixcrawler.adapters.storage.remote import RemoteObjectStore
from pixcrawler.adapters.storage.spool import Spool
from pixcrawler.application.ports.object_store import Listed, ObjectMissing, ObjectWriter, Pieces
from pixcrawler.domain.shared.errors import DomainError

if TYPE_CHECKING:
    from obstore import GetOptions

PAGE = 1_000
"""Objects of a listing that are in memory together."""
RECEIVING = "receiving/"
"""Under keys that begin so lies, for as long as it is written, what follows a head that is known last."""
Sign = Callable[[str, int, str], str]
"""From a key, seconds and the name of the download to an address."""

T = TypeVar("T")


class ObstoreObjectStore(RemoteObjectStore):
    """An ``ObjectStore`` in one bucket or container. Requests are repeated by obstore, some eight times."""

    def __init__(self, store: Vendor, place: Place, spool: Spool, sign: Sign | None) -> None:
        super().__init__(spool)
        self._store = store
        self._place_of = place
        self._sign = sign

    async def _put_file(self, path: Path, size: int, key: str) -> None:
        await self._put_again(key, path, in_parts=size > PART)

    async def put(self, key: str, data: bytes) -> None:
        await self._put_again(checked(key), data, in_parts=len(data) > PART)

    async def _put_again(self, key: str, data: bytes | Path, *, in_parts: bool) -> None:
        """Once more from the start when the end of an upload in parts may have been applied or not."""

        async def put() -> None:
            await obstore.put_async(
                self._store, key, data, use_multipart=in_parts, chunk_size=PART, max_concurrency=IN_FLIGHT
            )

        try:
            await put()
        except (BaseError, OSError) as error:
            if not is_a_lost_upload(error):
                raise told(error, self._place_of) from None
            try:
                await put()
            except (BaseError, OSError) as again:
                raise told(again, self._place_of) from None

    async def get(self, key: str) -> bytes:
        async def get() -> bytes:
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

        return await self._reading(key, get)

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        if not length:
            await self._head(key)
            return b""

        async def get() -> bytes:
            try:
                return bytes(await obstore.get_range_async(self._store, key, start=start, length=length))
            except BaseError as error:
                if is_behind_the_end(error):
                    return b""
                raise

        return await self._reading(key, get)

    async def stream(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        if length == 0:
            await self._head(key)
            return NoPieces()
        options: GetOptions = {}
        if length is not None:
            options["range"] = (start, start + length)
        elif start:
            options["range"] = {"offset": start}

        async def opened() -> Pieces:
            try:
                found = await obstore.get_async(self._store, key, options=options)
            except BaseError as error:
                if is_behind_the_end(error):
                    return NoPieces()
                raise
            return ObstorePieces(found, self._place_of)

        return await self._reading(key, opened)

    def reader(self, key: str) -> BinaryIO:
        """Of one object: when another takes its place meanwhile, reading raises Unavailable."""
        checked(key)
        try:
            there = obstore.head(self._store, key)
        except (BaseError, OSError) as error:
            raise self._missing_or(error, key) from None

        def fetch(start: int, length: int) -> bytes:
            options: GetOptions = {"range": (start, start + length), "if_match": there["e_tag"]}
            try:
                return bytes(obstore.get(self._store, key, options=options).bytes())
            except (BaseError, OSError) as error:
                raise self._missing_or(error, key) from None

        return as_file(there["size"], fetch)

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        whole = ObstoreWriter(self._store, checked(key), self._place_of)
        if not head:
            return whole
        apart = f"{RECEIVING}{secrets.token_hex(16)}"

        def remove() -> None:
            try:
                obstore.delete(self._store, apart)
            except (BaseError, OSError) as error:
                if not isinstance(self._missing_or(error, apart), ObjectMissing):
                    raise told(error, self._place_of) from None

        return HeadedWriter(
            Head(head),
            rest=ObstoreWriter(self._store, apart, self._place_of),
            whole=whole,
            read=partial(self.reader, apart),
            remove=remove,
        )

    async def sweep(self, older_than: float) -> int:
        """Also what is apart until its head is known, and lost its writer."""
        swept = await super().sweep(older_than)
        async for one in self.keys(RECEIVING):
            if one.age > older_than:
                await self.delete(one.key)
                swept += 1
        return swept

    async def link(self, key: str, *, seconds: int, filename: str) -> str | None:
        return self._sign(checked(key), seconds, filename) if self._sign else None

    async def exists(self, key: str) -> bool:
        try:
            await self._head(key)
        except ObjectMissing:
            return False
        return True

    async def size(self, key: str) -> int:
        return await self._head(key)

    async def delete(self, key: str) -> None:
        async def delete() -> None:
            await obstore.delete_async(self._store, key)

        with suppress(ObjectMissing):
            await self._reading(key, delete)

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        """The library lists folders; what begins otherwise is left out here."""
        folder = prefix.rpartition("/")[0]
        now = time.time()
        try:
            async for page in obstore.list(self._store, folder or None, chunk_size=PAGE):
                for one in page:
                    if one["path"].startswith(prefix):
                        yield Listed(one["path"], now - one["last_modified"].timestamp(), one["size"])
        except (BaseError, OSError) as error:
            raise told(error, self._place_of) from None

    async def check(self) -> None:
        """A listing tells of the bucket, the way to it and whether we may, and costs nothing."""
        async for _ in self.keys("health/"):
            return

    async def _head(self, key: str) -> int:
        async def head() -> int:
            return (await obstore.head_async(self._store, key))["size"]

        return await self._reading(key, head)

    async def _reading(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        checked(key)
        try:
            return await ask()
        except (BaseError, OSError) as error:
            raise self._missing_or(error, key) from None

    def _missing_or(self, error: Exception, key: str) -> DomainError:
        if isinstance(error, FileNotFoundError) and not is_bucket_missing(error):
            return ObjectMissing(f"Nothing is stored under {key}.")
        return told(error, self._place_of)
