"""How an API key is written.

``pxc_live_`` or ``pxc_test_``, 30 random base62 characters, then the CRC-32 (zlib's, of all before it, as six
base62 characters, most significant first). The prefix lets scanners find a leaked key; the checksum
lets us refuse a mistyped or invented one without asking the database. Alphabet: ``0-9A-Za-z``.
"""

import hashlib
import zlib
from enum import StrEnum

FAMILY = "pxc_"
"""How every API key begins."""
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET = 30
"""62**30 is 178 bits."""
CHECKSUM = 6
RANDOM_BYTES = 32
"""For one key. So many more than the 178 bits that taking the remainder favours no character."""

_KNOWN = frozenset(ALPHABET)


class KeyKind(StrEnum):
    """Keys of one kind open nothing where the other kind is used, so a test key that leaks opens no
    production, nor does a copy of production's database make its keys work on a developer's machine."""

    LIVE = "live"
    TEST = "test"

    @property
    def prefix(self) -> str:
        return f"{FAMILY}{self.value}_"


def kind_in(environment: str) -> KeyKind:
    """``live`` in staging and production, ``test`` elsewhere."""
    return KeyKind.LIVE if environment in ("staging", "production") else KeyKind.TEST


def write_key(kind: KeyKind, random: bytes) -> str:
    """A new key out of ``RANDOM_BYTES`` bytes that nobody can foresee."""
    return checksummed(kind.prefix, random)


def is_key(text: str, kind: KeyKind) -> bool:
    """Whether such a key could have been written by us. Most that could were not."""
    return is_checksummed(text, kind.prefix)


def checksummed(prefix: str, random: bytes) -> str:
    """Any secret that is written this way: the prefix, the random characters, the checksum of both."""
    start = prefix + _base62(int.from_bytes(random), SECRET)
    return start + _checksum(start)


def is_checksummed(text: str, prefix: str) -> bool:
    """Whether ``checksummed`` could have written it with this prefix."""
    body = text.removeprefix(prefix)
    if not text.startswith(prefix) or len(body) != SECRET + CHECKSUM or not set(body) <= _KNOWN:
        return False
    return _checksum(text[:-CHECKSUM]) == text[-CHECKSUM:]


def key_digest(text: str) -> bytes:
    """SHA-256, which is what we keep of a key. What is random needs no slow hash."""
    return hashlib.sha256(text.encode()).digest()


def _checksum(start: str) -> str:
    return _base62(zlib.crc32(start.encode()), CHECKSUM)


def _base62(number: int, length: int) -> str:
    """The last ``length`` digits."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
