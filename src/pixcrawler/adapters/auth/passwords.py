"""Passwords as argon2id hashes (RFC 9106), as OWASP's Password Storage Cheat Sheet asks for at least."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
AT_ONCE = 2
"""Hashes of one process at a time, 19 MiB each, so that a burst of logins waits and eats no machine."""


class Passwords:
    """``passes`` and ``memory_kib`` of new hashes; what older ones were made with stands in them."""

    def __init__(self, *, passes: int = PASSES, memory_kib: int = MEMORY_KIB) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """In PHC form, with a salt of its own."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, _bytes(password))

    async def fits(self, password: str, kept: str) -> bool:
        async with self._turn:
            return await asyncio.to_thread(self._fits, _bytes(password), kept)

    async def fits_nobody(self, password: str) -> None:
        """Take as long as ``fits``: nobody shall see from the time that there is no such account."""
        if self._nobodys is None:
            self._nobodys = await self.hash("nobody's password")
        await self.fits(password, self._nobodys)

    def is_old(self, kept: str) -> bool:
        """Whether it was made with other parameters than new ones are."""
        return self._hasher.check_needs_rehash(kept)

    def _fits(self, password: bytes, kept: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: str) -> bytes:
    """NIST SP 800-63B, 5.1.1.2: the same characters count as the same, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
