"""How Croissant tools read the parquet format."""

from collections.abc import Iterator

import pyarrow as pa

from pixcrawler.adapters.exporters.croissant_parts import Json, Parts, field, file_set, record_set

_KINDS = {
    pa.string(): "sc:Text",
    pa.int32(): "sc:Integer",
    pa.int64(): "sc:Integer",
    pa.float64(): "sc:Float",
    pa.list_(pa.string()): "sc:Text",
}
_OF_A_LABEL = frozenset({"label", "label_name"})


def parts(schema: pa.Schema, images: int) -> Parts:
    """One record set with a field for each column, and the split as the name of the file tells it."""
    if not images:
        return Parts([], [])
    tables = file_set(
        "tables",
        "The Parquet files.",
        includes=["data/*.parquet"],
        encodings=["application/x-parquet"],
    )
    return Parts([tables], [record_set("images", "Every image with what is known of it.", _fields(schema))])


def _fields(schema: pa.Schema) -> Iterator[Json]:
    source: Json = {"fileSet": {"@id": "tables"}}
    inside = {**source, "extract": {"column": "image"}, "transform": {"jsonPath": "bytes"}}
    yield field("images", "image", ["sc:ImageObject"], inside)
    path = {"extract": {"fileProperty": "filename"}, "transform": {"regex": "^([a-z]+)-.*$"}}
    yield field("images", "split", ["sc:Text"], {**source, **path})
    for column in schema:
        if column.name == "image":
            continue
        kinds = [_KINDS[column.type], *(["cr:Label"] if column.name in _OF_A_LABEL else [])]
        repeated = pa.types.is_list(column.type)
        read = {**source, "extract": {"column": column.name}}
        yield field("images", column.name, kinds, read, repeated=repeated)
