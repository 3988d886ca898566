"""The rows of the manifest, held against the files and against ``SHA256SUMS``; and counted."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from pixcrawler_sdk.checking.inventory import Found, Inventory, is_picture
from pixcrawler_sdk.checking.report import Code, Problems
from pixcrawler_sdk.checking.sums import Sums
from pixcrawler_sdk.limits import Limits
from pixcrawler_sdk.manifest import ManifestRow
from pixcrawler_sdk.names import what_is_wrong_with

MOST_CLASSES = 100_000


class _Tombstone(msgspec.Struct, frozen=True):
    sha256: str


class Rows:
    """Takes every row once; then ``finish``."""

    def __init__(self, inventory: Inventory, sums: Sums, limits: Limits, problems: Problems) -> None:
        self.images = 0
        self.bytes = 0
        self.counts: dict[str, Counter[str]] = {}
        self.packed: Counter[str] = Counter()
        self._inventory, self._sums, self._limits, self._problems = inventory, sums, limits, problems
        self._left = {name for name in inventory if is_picture(name)}
        self._samples_left = set(inventory.samples)
        self._rows_seen: set[tuple[str, int]] = set()
        self._classes = 0
        self._taken_down: set[str] = set()

    def bury(self, lines: Iterable[bytes]) -> None:
        """The lines of ``tombstones.jsonl``: what was taken down must be in no row."""
        decode = msgspec.json.Decoder(_Tombstone).decode
        for number, line in enumerate(lines, 1):
            try:
                self._taken_down.add(decode(line).sha256)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                self._problems.add(Code.BAD_ROW, f"tombstones.jsonl, line {number:,}", str(error))

    def take(self, number: int, row: ManifestRow | str) -> bool:
        """False when there are more rows than may be."""
        if isinstance(row, str):
            self._problems.add(Code.BAD_ROW, f"manifest.jsonl, line {number:,}", row)
            return True
        self.images += 1
        self.bytes += row.bytes
        if self.images > self._limits.files or not self._counted(row.split, row.label):
            self._problems.add(Code.BAD_ROW, f"manifest.jsonl, line {number:,}", "there are too many rows")
            return False
        if wrong := what_is_wrong_with(row.file_name):
            self._problems.add(Code.BAD_ROW, f"manifest.jsonl, line {number:,}", f"`file_name`: {wrong}")
            return True
        if row.sha256 in self._taken_down:
            self._problems.add(
                Code.TAKEN_DOWN, row.file_name, "the picture was taken down and is still there"
            )
        if row.key is not None:
            self._sample(row, row.key)
        elif row.row is not None:
            self._row(row, row.row)
        else:
            self._file(row)
        return True

    def finish(self, *, complete: bool) -> None:
        """What is missing or wrong by ``SHA256SUMS`` and was not told yet; and what no row spoke of, if the
        rows were read ``complete``."""
        for name in sorted(self._sums.missing):
            self._problems.add(Code.MISSING, name, "it is not there")
        for name in sorted(self._sums.wrong):
            self._problems.add(
                Code.CHECKSUM_MISMATCH, name, _other_bytes(self._sums.listed[name], name, self._inventory)
            )
        if not complete:
            return
        for name in sorted(self._left & self._sums.listed.keys()):
            self._problems.add(
                Code.NOT_IN_MANIFEST, name, "it is a picture of which the manifest knows nothing"
            )
        if self.packed:
            for name in sorted(self._samples_left):
                told = "the shard has a picture of which the manifest knows nothing"
                self._problems.add(Code.NOT_IN_MANIFEST, name.removeprefix(self._inventory.root), told)

    def _counted(self, split: str, label: str) -> bool:
        inside = self.counts.setdefault(split, Counter())
        self._classes += label not in inside
        inside[label] += 1
        return self._classes <= MOST_CLASSES

    def _file(self, row: ManifestRow) -> None:
        name = row.file_name
        found = self._inventory.get(name)
        if found is None:
            self._sums.missing.add(name)
            return
        if name not in self._left and is_picture(name):
            self._problems.add(Code.DUPLICATE_ROW, name, "the manifest has two rows for this file")
            return
        self._left.discard(name)
        if not found.digest:
            return
        listed = self._sums.listed.get(name)
        if row.bytes != found.size:
            self._sums.wrong.discard(name)
            told = f"it has {found.size:,} bytes, and {row.bytes:,} in the manifest"
            self._problems.add(Code.SIZE_MISMATCH, name, told)
        elif listed is not None and listed.hex() != row.sha256:
            self._sums.wrong.discard(name)
            right = "SHA256SUMS" if found.digest == listed else "the manifest"
            right = right if found.digest.hex() in (listed.hex(), row.sha256) else "neither of them"
            told = f"manifest.jsonl and SHA256SUMS disagree on it; {right} has the digest of the file"
            self._problems.add(Code.DISAGREEMENT, name, told)
        elif found.digest.hex() != row.sha256 and name not in self._sums.wrong:
            self._problems.add(Code.CHECKSUM_MISMATCH, name, _told(row.sha256, found))

    def _sample(self, row: ManifestRow, key: str) -> None:
        self.packed[row.file_name] += 1
        if self._inventory.get(row.file_name) is None:
            self._sums.missing.add(row.file_name)
            return
        sample = self._inventory.sample(row.file_name, key, row.format)
        if sample is None:
            name = f"{row.file_name}/{key}.{row.format}"
            self._problems.add(Code.MISSING, name, "the shard has no such sample")
            return
        name, found = sample
        full = self._inventory.root + name
        if full not in self._samples_left:
            self._problems.add(Code.DUPLICATE_ROW, name, "the manifest has two rows for this sample")
            return
        self._samples_left.discard(full)
        if found.size != row.bytes:
            told = f"it has {found.size:,} bytes, and {row.bytes:,} in the manifest"
            self._problems.add(Code.SIZE_MISMATCH, name, told)
        elif found.digest.hex() != row.sha256:
            self._problems.add(Code.CHECKSUM_MISMATCH, name, _told(row.sha256, found))

    def _row(self, row: ManifestRow, number: int) -> None:
        self.packed[row.file_name] += 1
        if self._inventory.get(row.file_name) is None:
            self._sums.missing.add(row.file_name)
        elif (row.file_name, number) in self._rows_seen:
            told = f"the manifest has two rows for row {number:,} of this file"
            self._problems.add(Code.DUPLICATE_ROW, row.file_name, told)
        self._rows_seen.add((row.file_name, number))


def _other_bytes(listed: bytes, name: str, inventory: Inventory) -> str:
    found = inventory.get(name)
    assert found is not None  # else it were missing
    return _told(listed.hex(), found)


def _told(expected: str, found: Found) -> str:
    return f"its SHA-256 is {found.digest.hex()}, and should be {expected}"
