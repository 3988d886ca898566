"""How Croissant tools read pictures that are files."""

from collections.abc import Iterable, Iterator

from pixcrawler.adapters.exporters.croissant import columns
from pixcrawler.adapters.exporters.croissant_parts import (
    Json,
    Parts,
    field,
    file_set,
    picture_encodings,
    record_set,
)

_TOLD: Json = {"fileObject": {"@id": "manifest.jsonl"}}
_WHOLE_PATH = {"regex": "^(.+)$"}


class Patterns:
    """Which files are pictures, as globs: a few for all of them."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def add(self, name: str) -> None:
        """A picture of this name, relative to the export."""
        first, *more = name.split("/")
        extension = name.rpartition(".")[2]
        inside = "/*" * (len(more) - 1) + "/*." if more else ""
        self._found[f"{first}{inside}{extension}" if more else f"*.{extension}"] = extension

    def parts(self) -> Parts:
        if not self._found:
            return Parts([], [])
        pictures = file_set(
            "pictures",
            "The image files; SHA256SUMS has the digest of each.",
            includes=sorted(self._found),
            encodings=picture_encodings(set(self._found.values())),
        )
        return Parts([pictures], list(_record_sets()))


def _record_sets() -> Iterator[Json]:
    yield record_set(
        "images", "Every image with what is known of it: the files joined with manifest.jsonl.", _joined()
    )
    yield record_set("files", "Every image file and its path, one after another.", _pictures("files"))


def _pictures(of: str, *, joined_with: Json | None = None) -> Iterable[Json]:
    source = {"fileSet": {"@id": "pictures"}}
    path = {**source, "extract": {"fileProperty": "fullpath"}, "transform": _WHOLE_PATH}
    yield field(of, "image", ["sc:ImageObject"], {**source, "extract": {"fileProperty": "content"}})
    yield field(of, "file_name", ["sc:Text"], path, references=joined_with)


def _joined() -> Iterator[Json]:
    yield from _pictures("images", joined_with={**_TOLD, "extract": {"column": "file_name"}})
    yield from columns("images", _TOLD, but=("file_name",))
