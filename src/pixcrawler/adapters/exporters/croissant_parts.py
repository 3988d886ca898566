"""The nodes of a Croissant document."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

Json = dict[str, Any]

_ENCODINGS = {
    "md": "text/markdown",
    "txt": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/jsonlines",
    "yaml": "application/yaml",
    "parquet": "application/x-parquet",
    "tar": "application/x-tar",
}
# JPEG and PNG first: the reference reader goes by the first one that it knows, and then sees for itself.
_PICTURES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "avif": "image/avif",
    "tiff": "image/tiff",
}


class Parts(NamedTuple):
    """What a format adds to the document: its file sets, and record sets that read them."""

    distribution: list[Json]
    record_sets: list[Json]


def file_object(name: str, size: int, sha256: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{size} B",
        "encodingFormat": _ENCODINGS.get(name.rpartition(".")[2], "application/octet-stream"),
        "sha256": sha256,
    }


def file_set(name: str, description: str, *, includes: Collection[str], encodings: Iterable[str]) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": name,
        "name": name,
        "description": description,
        "encodingFormat": _one_or_more(encodings),
        "includes": _one_or_more(includes),
    }


def record_set(name: str, description: str, fields: Iterable[Json]) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "field": list(fields),
    }


def field(
    of: str,
    name: str,
    kinds: Iterable[str],
    source: Json | None = None,
    *,
    references: Json | None = None,
    repeated: bool = False,
) -> Json:
    """``source`` says where its values are, ``references`` the column elsewhere that has equal ones."""
    return {
        "@type": "cr:Field",
        "@id": f"{of}/{name}",
        "name": name,
        "dataType": _one_or_more(kinds),
        **({"repeated": True} if repeated else {}),
        **({"source": source} if source else {}),
        **({"references": references} if references else {}),
    }


def picture_encodings(formats: Collection[str]) -> list[str]:
    """Media types of pictures with these extensions."""
    return [encoding for extension, encoding in _PICTURES.items() if extension in formats]


def _one_or_more(values: Iterable[str]) -> str | list[str]:
    every = list(values)
    return every[0] if len(every) == 1 else every
