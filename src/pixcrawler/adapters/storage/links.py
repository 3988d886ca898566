"""Signed addresses: those of the store, or, where it has none, our own.

Ours are signed with HMAC-SHA256 (RFC 2104) over "GET", key, end and name, each on its line; no part can hold
a line feed. HEAD is a GET without its body (RFC 9110, section 9.3.2), so a link is good for both.
"""

import hmac
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, urlencode

from pixcrawler.adapters.storage.local_body import told_plainly
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.links import LONGEST, LinkRefused, Signed
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.shared.errors import Invalid

PATH = "/api/v1/files"
_UNFIT = re.compile(r"[/\\\x00-\x1f\x7f]")
_SECRET_BYTES = 32


class StoreLinks:
    """Implements ``Links``. ``secret`` is asked for when it is first needed."""

    def __init__(self, store: ObjectStore, clock: Clock, secret: Callable[[], bytes]) -> None:
        self._store = store
        self._clock = clock
        self._find_secret = secret

    @cached_property
    def _secret(self) -> bytes:
        return self._find_secret()

    async def to(self, key: str, *, filename: str, seconds: int = LONGEST) -> str:
        if not 1 <= seconds <= LONGEST:
            raise Invalid(f"A link holds for 1 to {LONGEST} seconds.", field="seconds")
        name = _UNFIT.sub("_", filename) or "file"
        theirs = await self._store.link(key, seconds=seconds, filename=name)
        return theirs if theirs is not None else self._ours(key, name, seconds)

    def _ours(self, key: str, name: str, seconds: int) -> str:
        expires = int(self._clock.now().timestamp()) + seconds
        query = {"key": key, "expires": expires, "signature": self._signature(key, name, expires)}
        return f"{PATH}/{quote(name, safe='')}?{urlencode(query)}"

    def check(self, signed: Signed) -> None:
        right = self._signature(signed.key, signed.filename, signed.expires)
        if not hmac.compare_digest(right.encode(), signed.signature.encode()):
            raise LinkRefused("This link is not one of ours, or was changed; ask for a new one.")
        if self._clock.now().timestamp() > signed.expires:
            raise LinkRefused("This link's time is over; ask for a new one.")

    def _signature(self, key: str, name: str, expires: int) -> str:
        text = f"GET\n{key}\n{expires}\n{name}"
        return hmac.digest(self._secret, text.encode("utf-8", "surrogateescape"), "sha256").hex()


def kept_secret(path: Path) -> bytes:
    """The secret in that file, which is made, for its owner only, when it is not there. Several processes may
    come at once: the first one's stays. Raises Unavailable."""
    with told_plainly(path.parent):
        with suppress(FileNotFoundError):
            return path.read_bytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_hex(_SECRET_BYTES).encode())
            with suppress(FileExistsError):
                os.link(part, path)
        finally:
            part.unlink()
        return path.read_bytes()
