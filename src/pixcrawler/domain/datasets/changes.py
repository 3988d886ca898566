"""What conversion made of the pictures of an export."""

import struct

import msgspec

from pixcrawler.domain.datasets.manifest import ManifestRow

_RECORD = struct.Struct("<32sQII8s")


class Changes:
    """By image id, in some hundred and fifty bytes an image."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._records = bytearray()

    def __len__(self) -> int:
        return len(self._places)

    def add(
        self, row: ManifestRow, *, sha256: str, size: int, width: int, height: int, extension: str
    ) -> None:
        """What the row's picture is now; ``size`` in bytes, ``extension`` is the format as in file names."""
        self._places[int(row.id, 16)] = len(self._records)
        digest = bytes.fromhex(sha256)
        self._records += _RECORD.pack(digest, size, width, height, extension.encode())

    def applied(self, row: ManifestRow) -> ManifestRow:
        """The row as its file is. Its id, and with it the file's name, stays that of the picture that was
        found."""
        place = self._places.get(int(row.id, 16))
        if place is None:
            return row
        digest, size, width, height, format_ = _RECORD.unpack_from(self._records, place)
        return msgspec.structs.replace(
            row,
            original_sha256=row.sha256,
            sha256=digest.hex(),
            bytes=size,
            width=width,
            height=height,
            format=format_.rstrip(b"\0").decode(),
        )
