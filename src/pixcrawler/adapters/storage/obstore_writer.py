"""A large object on its way to S3, Azure or GCS: an upload in parts; nothing shows before its end."""

from contextlib import suppress

import obstore
from obstore.exceptions import BaseError

from pixcrawler.adapters.storage.head import Head
from pixcrawler.adapters.storage.obstore_errors import told
from pixcrawler.adapters.storage.obstore_kinds import Vendor
from pixcrawler.adapters.storage.place import Place
from pixcrawler.domain.shared.errors import StorageFull, Unavailable

PART = 16 * 1024 * 1024
"""Bytes of a part. S3 takes 10,000 of them, and they must be equal: with these, up to 156 GiB."""
PARTS = 10_000
IN_FLIGHT = 2
"""Parts that are sent at once; with the one being filled, what a writer has in memory."""


class _Dropped(Exception):
    """Tells obstore to abort the upload; nobody else sees it."""


class ObstoreWriter:
    """An ``ObjectWriter``."""

    def __init__(self, store: Vendor, key: str, place: Place) -> None:
        self._store = store
        self._key = key
        self._place = place
        self._file: obstore.WritableFile | None = None
        self._before: str | None = None
        self._written = 0

    def write(self, data: bytes | memoryview) -> int:
        size = len(data) if isinstance(data, bytes) else data.nbytes
        if self._written + size > PART * PARTS:
            raise StorageFull(f"An object of more than {PART * PARTS} bytes cannot be written to this store.")
        try:
            self._opened().write(data)
        except (BaseError, OSError) as error:
            raise told(error, self._place) from None
        self._written += size
        return size

    def _opened(self) -> "obstore.WritableFile":
        if self._file is None:
            self._before = self._tag()[0]
            self._file = obstore.open_writer(
                self._store, self._key, buffer_size=PART, max_concurrency=IN_FLIGHT
            )
            self._file.__enter__()
        return self._file

    def keep(self, head: bytes = b"") -> None:
        """When the answer to the last request is lost, the store is asked what it has."""
        Head(0).check(head)
        try:
            self._opened().close()
        except (BaseError, OSError) as error:
            if not self._is_there():
                raise told(error, self._place) from None
        self._file = None

    def _is_there(self) -> bool:
        tag, size = self._tag()
        return tag is not None and tag != self._before and size == self._written

    def _tag(self) -> tuple[str | None, int]:
        """The object's ETag and size; None and 0 when there is none."""
        try:
            there = obstore.head(self._store, self._key)
        except FileNotFoundError:
            return None, 0
        except (BaseError, OSError) as error:
            raise told(error, self._place) from None
        return there["e_tag"], there["size"]

    def discard(self) -> None:
        """What cannot be aborted now stays, invisible, until the bucket's own rule removes it."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(BaseError, OSError, Unavailable):
                file.__exit__(_Dropped, _Dropped(), None)
