"""Supabase Storage, through the storage part of its client (storage3)."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import httpx
from storage3 import AsyncStorageClient
from storage3.types import FileOptions, SearchV2Options

from pixcrawler.adapters.storage.config import StoreConfig
from pixcrawler.adapters.storage.head import Head
from pixcrawler.adapters.storage.keys import checked
from pixcrawler.adapters.storage.place import Place
from pixcrawler.adapters.storage.ranged_file import as_file
from pixcrawler.adapters.storage.remote import RemoteObjectStore
from pixcrawler.adapters.storage.spool import Spool
from pixcrawler.adapters.storage.spool_writer import SpoolWriter
from pixcrawler.adapters.storage.supabase_errors import VENDOR_ERRORS, ranged, told, trying
from pixcrawler.adapters.storage.supabase_pieces import SupabasePieces, range_of, size_in
from pixcrawler.application.ports.object_store import Listed, ObjectMissing, ObjectWriter, Pieces

PAGE = 1_000
"""Objects of a listing that are in memory together; more the service does not give."""
PEEK = 1
OPTIONS: FileOptions = {"upsert": "true", "content-type": "application/octet-stream"}

T = TypeVar("T")


@asynccontextmanager
async def open_store(config: StoreConfig) -> AsyncIterator["SupabaseObjectStore"]:
    """Only the storage client, with an HTTP client of ours: the whole one of supabase has no close."""
    timeout = httpx.Timeout(config.timeout, connect=min(5.0, config.timeout))
    key = config.supabase_key or ""
    headers = {"apikey": key, "authorization": f"Bearer {key}", "accept-encoding": "identity"}
    place = Place(
        name="Supabase Storage",
        bucket=config.supabase_bucket or "",
        bucket_setting=f"{config.prefix}SUPABASE_BUCKET",
        credentials="SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY",
    )
    base = f"{(config.supabase_url or '').rstrip('/')}/storage/v1"
    spool = Spool(config.spool_root, config.spool_bytes)
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=timeout) as http:
        client = AsyncStorageClient(f"{base}/", headers, http_client=http)
        yield SupabaseObjectStore(client, http, place, spool, patience=config.timeout)


class SupabaseObjectStore(RemoteObjectStore):
    """An ``ObjectStore`` in one bucket. Failed requests are repeated for ``patience`` seconds.

    Its readers and writers, which block in threads, do their requests on the loop that opened it. There is no
    upload in parts in this client, so a writer's object is in the spool, whole, before it is sent.
    """

    def __init__(
        self,
        client: AsyncStorageClient,
        http: httpx.AsyncClient,
        place: Place,
        spool: Spool,
        *,
        patience: float,
    ) -> None:
        super().__init__(spool)
        self._http = http
        self._objects = f"object/{place.bucket}"
        self._bucket = client.from_(place.bucket)
        self._place_of = place
        self._patience = patience
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()

    async def _put_file(self, path: Path, size: int, key: str) -> None:  # noqa: ARG002
        async def upload() -> None:
            with path.open("rb") as file:
                await self._bucket.upload(key, file, OPTIONS)

        await self._asking(key, upload)

    async def put(self, key: str, data: bytes) -> None:
        await self._asking(key, lambda: self._bucket.upload(key, data, OPTIONS))

    async def get(self, key: str) -> bytes:
        return await self._asking(key, lambda: self._bucket.download(key))

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        async def get() -> bytes:
            headers = range_of(start, max(length, PEEK))
            answer = ranged(await self._http.get(f"{self._objects}/{key}", headers=headers), start)
            behind = answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE
            return b"" if behind else answer.content[:length]

        return await self._asking(key, get)

    async def stream(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        async def opened(at: int, etag: str | None) -> httpx.Response:
            end = None if length is None else max(length - at, PEEK)
            headers = range_of(start + at, end) | ({"if-match": etag} if etag else {})
            request = self._http.build_request("GET", f"{self._objects}/{key}", headers=headers)
            answer = await self._http.send(request, stream=True)
            try:
                if answer.is_error:
                    await answer.aread()
                return ranged(answer, start + at)
            except BaseException:
                await answer.aclose()
                raise

        async def again(at: int, etag: str | None) -> httpx.Response:
            return await self._asking(key, lambda: opened(at, etag))

        return SupabasePieces(await again(0, None), again, length, self._place_of)

    def reader(self, key: str) -> BinaryIO:
        """Of one object: when another takes its place meanwhile, reading raises Unavailable."""

        first = self._blocking(self._peek(checked(key)))
        size = size_in(first)
        same = {"if-match": first.headers["etag"]} if "etag" in first.headers else {}

        def fetch(start: int, length: int) -> bytes:
            async def get() -> bytes:
                headers = range_of(start, length) | same
                answer = await self._http.get(f"{self._objects}/{key}", headers=headers)
                return ranged(answer, start).content[:length]

            return self._blocking(self._asking(key, get))

        return as_file(size, fetch)

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        checked(key)

        def upload(path: Path, size: int) -> None:
            self._blocking(self._put_file(path, size, key))

        return SpoolWriter(self._spool.body(), Head(head), upload)

    async def link(self, key: str, *, seconds: int, filename: str) -> str | None:
        options: Any = {"download": filename}
        signed = await self._asking(key, lambda: self._bucket.create_signed_url(key, seconds, options))
        return signed["signedURL"]

    async def exists(self, key: str) -> bool:
        return await self._asking(key, lambda: self._bucket.exists(key))

    async def size(self, key: str) -> int:
        return size_in(await self._peek(key))

    async def _peek(self, key: str) -> httpx.Response:
        async def peek() -> httpx.Response:
            return ranged(await self._http.get(f"{self._objects}/{key}", headers=range_of(0, PEEK)), 0)

        return await self._asking(key, peek)

    async def delete(self, key: str) -> None:
        with suppress(ObjectMissing):
            await self._asking(key, lambda: self._bucket.remove([key]))

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        options: SearchV2Options = {"prefix": prefix, "limit": PAGE, "with_delimiter": False}
        now = time.time()
        while True:
            page = await self._asking(None, partial(self._bucket.list_v2, options))
            for one in page.objects:
                size = int((one.metadata or {}).get("size", 0))
                yield Listed(one.key or one.name, now - one.updated_at.timestamp(), size)
            if not page.hasNext or page.nextCursor is None:
                return
            options = {**options, "cursor": page.nextCursor}

    async def check(self) -> None:
        options: SearchV2Options = {"prefix": "health/", "limit": PEEK}
        await self._asking(None, lambda: self._bucket.list_v2(options))

    async def _asking(self, key: str | None, ask: Callable[[], Awaitable[T]]) -> T:
        if key is not None:
            checked(key)
        try:
            async for attempt in trying(self._patience):
                with attempt:
                    return await ask()
        except VENDOR_ERRORS as error:
            raise told(error, key, self._place_of) from error
        raise AssertionError("an attempt ends in an answer or an error")

    def _blocking(self, work: Coroutine[Any, Any, T]) -> T:
        if threading.get_ident() == self._thread:
            work.close()
            raise RuntimeError("Readers and writers block: use them in a thread, not on the loop.")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
