"""What may not come back: pictures that were taken down, and those that an operator lists."""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from pixcrawler.domain.crawling.urls import normalise_url, url_digest
from pixcrawler.domain.shared.errors import Invalid
from pixcrawler.domain.shared.ids import BlockId

NEAR = 4
"""Bits by which two perceptual hashes of one picture may differ."""
MOST = 2_000
"""Characters of a reason, and of what is blocked."""


class NotBlockable(Invalid):
    """Neither a URL nor a hash."""

    code = "NOT_BLOCKABLE"


class BlockKind(StrEnum):
    URL = "url"
    SHA256 = "sha256"
    PHASH = "phash"


class Blocked(msgspec.Struct, frozen=True):
    """A picture, as the list names it.

    ``value`` is what is compared, in hex: a URL's ``url_digest``, a file's SHA-256, or a perceptual hash
    of 64 bits. ``subject`` is what people wrote.
    """

    kind: BlockKind
    value: str
    subject: str


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the list, and who made it when and why. ``taken_down``: the files were deleted as well.
    A lifted one counts no longer; that it was there stays known."""

    id: BlockId
    kind: BlockKind
    value: str
    subject: str
    reason: str | None
    by: str
    taken_down: bool
    created_at: datetime
    lifted_at: datetime | None

    @property
    def blocked(self) -> Blocked:
        return Blocked(self.kind, self.value, self.subject)


class Taken(msgspec.Struct, frozen=True):
    """A picture that was taken down at this moment."""

    sha256: str
    at: datetime
    reason: str | None


def read_blocked(text: str) -> Blocked:
    """A URL, a SHA-256 (64 hex digits) or a perceptual hash (16). Raises NotBlockable."""
    subject = text.strip()
    plain = subject.lower()
    if re.fullmatch(r"[0-9a-f]{64}", plain):
        return Blocked(BlockKind.SHA256, plain, plain)
    if re.fullmatch(r"[0-9a-f]{16}", plain):
        return Blocked(BlockKind.PHASH, plain, plain)
    if not re.match(r"https?://[^/\s]", plain) or len(subject) > MOST:
        raise NotBlockable(
            f"{subject[:60]!r} is neither an http URL, nor a SHA-256 of 64 hex digits, nor a perceptual hash "
            "of 16."
        )
    return Blocked(BlockKind.URL, url_value(subject), subject)


def url_value(url: str) -> str:
    """How the list knows a URL, however it is spelled."""
    return url_digest(normalise_url(url)).hex()


class BlockList:
    """Everything that is blocked, for quick questions. An answer is one line of evidence, or None."""

    def __init__(self, blocked: Iterable[Blocked] = ()) -> None:
        self._exact: set[bytes] = set()
        self._phashes: list[int] = []
        for one in blocked:
            if one.kind is BlockKind.PHASH:
                self._phashes.append(int(one.value, 16))
            else:
                self._exact.add(bytes.fromhex(one.value))

    def __len__(self) -> int:
        return len(self._exact) + len(self._phashes)

    def url(self, url: str) -> str | None:
        if self._exact and bytes.fromhex(url_value(url)) in self._exact:
            return "its address is on the block-list"
        return None

    def sha256(self, digest: str) -> str | None:
        if self._exact and bytes.fromhex(digest) in self._exact:
            return f"sha256 {digest} is on the block-list"
        return None

    def phash(self, phash: int) -> str | None:
        for one in self._phashes:
            bits = (one ^ phash).bit_count()
            if bits <= NEAR:
                return f"perceptual hash {phash:016x} is {bits} bits from {one:016x} on the block-list"
        return None
