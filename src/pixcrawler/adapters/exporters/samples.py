"""What is told of a picture beside its bytes, in formats that pack pictures together.

Each column has one type in every sample and is never null: Hugging Face ``datasets`` guesses the types of a
WebDataset by its first five samples, and fails at the first one that does not fit.
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

import msgspec

from pixcrawler.adapters.exporters.shuffled import Shuffled
from pixcrawler.domain.datasets.manifest import ManifestRow

_TEXTS = (
    "label",
    "id",
    "sha256",
    "format",
    "license",
    "license_url",
    "author",
    "author_url",
    "attribution",
    "title",
    "source",
    "image_url",
    "page_url",
    "query",
    "label_source",
    "dedup_group",
    "retrieved_at",
)
_NUMBERS = ("width", "height", "bytes")

encode = msgspec.json.Encoder().encode


class Columns:
    """The columns of one export. With conversion ``original_sha256`` is among them, and where every image
    was measured each of its scores."""

    def __init__(self, shuffled: Shuffled, *, converted: bool) -> None:
        self._texts = (*_TEXTS, "original_sha256") if converted else _TEXTS
        self._scores = sorted(shuffled.scores.items()) if shuffled.measured else []
        self._texts_of = attrgetter(*self._texts)
        self._kind = msgspec.defstruct("Record", self.types())

    def types(self) -> dict[str, type]:
        """``str``, ``int``, ``float``, or ``list`` of texts."""
        return {
            **dict.fromkeys(self._texts, str),
            **dict.fromkeys(_NUMBERS, int),
            "labels": list,
            **{f"quality_{name}": str if kind is list else float for name, kind in self._scores},
        }

    def record(self, row: ManifestRow) -> msgspec.Struct:
        """What is not known is an empty text; the issues of a picture are words with blanks between."""
        return self._kind(
            *[text or "" for text in self._texts_of(row)],
            *(row.width, row.height, row.bytes, row.labels or (row.label,)),
            *self._measured(row.quality or {}),
        )

    def _measured(self, quality: Mapping[str, Any]) -> Iterator[str | float]:
        for name, kind in self._scores:
            value = quality.get(name, ())
            yield " ".join(value) if kind is list else float(value or 0)
