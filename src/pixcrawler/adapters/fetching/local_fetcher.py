"""Files of the operator's own disk, and members of zips there, for the folder source on the command line."""

import asyncio
import hashlib
import os
import stat
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import unquote, urlsplit

from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.adapters.fetching.zip_archive import BadArchive, OpenArchives
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.application.ports.object_store import Body
from pixcrawler.domain.shared.reasons import Reason

PIECE = 1024 * 1024  # bytes


class _Copied(NamedTuple):
    body: Body
    sha256: str
    size: int


class FolderFetcher:
    """Fetches ``file://`` URLs, and only regular files whose real path lies inside one of ``roots``.

    With a fragment it is the member of that name of a zip. ``close`` it at the end.
    """

    def __init__(
        self,
        *,
        roots: Iterable[Path],
        receive: Callable[[], Body],
        largest: int = 25_000_000,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._roots = tuple(Path(os.path.realpath(root)) for root in roots)
        self._receive = receive
        self._largest = largest
        self._now = now
        self._archives = OpenArchives()

    def close(self) -> None:
        self._archives.close()

    async def fetch(self, url: str) -> Fetched | Missed:
        try:
            copied = await self._in_thread(url)
        except Miss as miss:
            return Missed(reason=miss.reason, evidence=miss.evidence, retrieved_at=self._now())
        return Fetched(
            final_url=url,
            body=copied.body,
            sha256=copied.sha256,
            size=copied.size,
            content_type=None,
            retrieved_at=self._now(),
        )

    async def _in_thread(self, url: str) -> _Copied:
        stop = threading.Event()
        work = asyncio.get_running_loop().run_in_executor(None, self._copy, url, stop)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            stop.set()
            work.add_done_callback(_drop)
            raise

    def _copy(self, url: str, stop: threading.Event) -> _Copied:
        file_url, _, member = url.partition("#")
        if member and file_url.lower().endswith(".zip"):
            return self._copy_member(file_url, unquote(member, errors="surrogateescape"), stop)
        with os.fdopen(self._open(url), "rb", buffering=0) as file:
            return self._received(file, os.fstat(file.fileno()).st_size, stop)

    def _copy_member(self, url: str, name: str, stop: threading.Event) -> _Copied:
        archive_file = os.fdopen(self._open(url), "rb")
        try:
            with self._archives.reading(archive_file) as archive:
                member, size = archive.open(name)
                with member:
                    return self._received(member, size, stop)
        except KeyError:
            raise Miss(Reason.FILE_MISSING, "the zip has no such member") from None
        except (BadArchive, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise Miss(Reason.CORRUPT, f"in its zip: {error}"[:200]) from error

    def _received(self, file: IO[bytes], size: int, stop: threading.Event) -> _Copied:
        if size == 0:
            raise Miss(Reason.EMPTY_BODY, "an empty file")
        self._refuse_larger(size)
        body = self._receive()
        try:
            return self._pour(file, body, stop)
        except OSError as error:
            body.discard()
            raise Miss(Reason.FILE_MISSING, error.strerror or "unreadable") from error
        except BaseException:
            body.discard()
            raise

    def _pour(self, file: IO[bytes], body: Body, stop: threading.Event) -> _Copied:
        digest = hashlib.sha256()
        size = 0
        while (data := file.read(PIECE)) and not stop.is_set():
            size += len(data)
            self._refuse_larger(size)
            digest.update(data)
            body.write(data)
        return _Copied(body, digest.hexdigest(), size)

    def _refuse_larger(self, size: int) -> None:
        if size > self._largest:
            raise Miss(Reason.BODY_TOO_LARGE, f"more than {self._largest} bytes")

    def _open(self, url: str) -> int:
        real = Path(os.path.realpath(_path(url)))
        if not any(real.is_relative_to(root) for root in self._roots):
            raise Miss(Reason.ADDRESS_DENIED, "outside the folder that was given")
        try:
            # Not blocking: a FIFO would wait for its writer. No link: the real path has none, so one that
            # is there now was put there meanwhile.
            descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise Miss(Reason.FILE_MISSING, error.strerror or "unreadable") from error
        try:
            self._refuse_others(descriptor, real)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _refuse_others(self, descriptor: int, real: Path) -> None:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Miss(Reason.FILE_MISSING, "not a regular file")
        if os.path.realpath(real) != str(real):
            raise Miss(Reason.ADDRESS_DENIED, "the path changed while it was opened")


def _path(url: str) -> str:
    parts = urlsplit(url)
    path = unquote(parts.path, errors="surrogateescape")
    if parts.netloc not in ("", "localhost") or not path.startswith("/") or "\x00" in path:
        raise Miss(Reason.BAD_URL, "not an absolute file URL")
    if parts.query or parts.fragment:
        raise Miss(Reason.BAD_URL, "? and # in a file name must be written %3F and %23")
    return path


def _drop(work: "asyncio.Future[_Copied]") -> None:
    if not work.cancelled() and work.exception() is None:
        work.result().body.discard()
