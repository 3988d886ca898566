"""The columns of the parquet format, as Arrow and as Hugging Face ``datasets`` know them."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pyarrow as pa

from pixcrawler.adapters import not_found
from pixcrawler.adapters.exporters.shuffled import Shuffled
from pixcrawler.domain.datasets.layout import Placed
from pixcrawler.domain.datasets.manifest import ManifestRow

with not_found("pandas"):
    # Arrow looks for it once, at its first conversion, and would load it: 44 MB for what nothing here does.
    # Whoever asks Arrow for a data frame later gets one.
    pa.array(())

_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_TEXTS = pa.list_(pa.string())
_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("id", pa.string()),
    ("sha256", pa.string()),
    ("width", pa.int32()),
    ("height", pa.int32()),
    ("format", pa.string()),
    ("bytes", pa.int64()),
    ("labels", _TEXTS),
    ("label_source", pa.string()),
    ("label_confidence", pa.float64()),
    ("license", pa.string()),
    ("license_url", pa.string()),
    ("license_raw", pa.string()),
    ("author", pa.string()),
    ("author_url", pa.string()),
    ("attribution", pa.string()),
    ("title", pa.string()),
    ("tags", _TEXTS),
    ("source", pa.string()),
    ("source_id", pa.string()),
    ("image_url", pa.string()),
    ("page_url", pa.string()),
    ("query", pa.string()),
    ("phash", pa.string()),
    ("dhash", pa.string()),
    ("dedup_group", pa.string()),
    ("retrieved_at", pa.string()),
)
_OF_CONVERSION = ("original_sha256", pa.string())
_DTYPES = {pa.string(): "string", pa.int32(): "int32", pa.int64(): "int64", pa.float64(): "float64"}
# Addresses and digests are another one in every row: looking for repeats only costs.
_ONCE = frozenset({"id", "sha256", "original_sha256", "image_url", "page_url", "phash", "dhash", "source_id"})


class ArrowColumns:
    """The columns of one export: a picture, its class, and what its manifest row says. Null is what is not
    known. Each score that any image has is a column ``quality_<name>``."""

    def __init__(self, shuffled: Shuffled, *, converted: bool) -> None:
        self._shuffled = shuffled
        self._plain = (*_COLUMNS, *((_OF_CONVERSION,) if converted else ()))
        self._scores = tuple(
            (name, _TEXTS if kind is list else pa.float64()) for name, kind in sorted(shuffled.scores.items())
        )
        fields = [("image", _IMAGE), ("label", pa.int64()), ("label_name", pa.string()), *self._plain]
        fields += [(f"quality_{name}", kind) for name, kind in self._scores]
        self.schema = pa.schema(fields, metadata={"huggingface": self._features(fields)})

    @property
    def small(self) -> list[str]:
        """The paths, as Parquet names them, of all columns but the picture's."""
        fields = [field for field in self.schema if field.name != "image"]
        return [f"{field.name}.list.element" if field.type == _TEXTS else field.name for field in fields]

    @property
    def repeating(self) -> list[str]:
        """Those of them in which texts repeat."""
        texts = {field.name for field in self.schema if field.type == pa.string()}
        return [path for path in self.small if path not in _ONCE and (path in texts or "." in path)]

    @property
    def compressed(self) -> dict[str, str]:
        """The codec of each column by its path; pictures are compressed as they are."""
        return {"image.bytes": "none", "image.path": "snappy", **dict.fromkeys(self.small, "snappy")}

    def table(self, rows: Sequence[tuple[Placed, bytes]]) -> pa.Table:
        images = [image.row for image, _ in rows]
        paths = pa.array([image.name for image, _ in rows], pa.string())
        data = _binary([data for _, data in rows])
        pictures = pa.StructArray.from_arrays([data, paths], fields=list(_IMAGE))
        labels = [row.label or None for row in images]
        columns: list[pa.Array] = [
            pictures,
            pa.array([self._shuffled.class_of(row.label) for row in images], pa.int64()),
            pa.array(labels, pa.string()),
        ]
        columns += [pa.array([getattr(row, name) for row in images], kind) for name, kind in self._plain]
        columns += [pa.array([_score(row, name) for row in images], kind) for name, kind in self._scores]
        return pa.Table.from_arrays(columns, schema=self.schema)

    def _features(self, fields: Sequence[tuple[str, pa.DataType]]) -> bytes:
        features: dict[str, Any] = {name: _feature(kind) for name, kind in fields}
        features["image"] = {"_type": "Image"}
        features["label"] = {"_type": "ClassLabel", "names": self._shuffled.labels}
        return msgspec.json.encode({"info": {"features": features}})


def _feature(kind: pa.DataType) -> list[Any] | dict[str, Any]:
    """As ``datasets`` writes it down itself; a list in brackets is understood by all its versions."""
    if kind == _TEXTS:
        return [_feature(pa.string())]
    return {"_type": "Value", "dtype": _DTYPES.get(kind)}


def _score(row: ManifestRow, name: str) -> float | list[str] | None:
    return None if row.quality is None else row.quality.get(name)


def _binary(pieces: Sequence[bytes]) -> pa.Array:
    """An array of these, copied once, into memory that is Arrow's and given back."""
    ends = pa.array([0, *map(len, pieces)], pa.int32()).to_numpy().cumsum(dtype="int32")
    data = pa.allocate_buffer(int(ends[-1]))
    into = memoryview(data).cast("B")
    for start, piece in zip(ends.tolist(), pieces, strict=False):
        into[start : start + len(piece)] = piece
    return pa.Array.from_buffers(pa.binary(), len(pieces), [None, pa.py_buffer(ends), data])
