"""Pictures in a local folder or a zip; its first level of sub-folders names the labels.

The order is that of the names' bytes, level by level, and the cursor is the last path (percent-encoded,
relative), so a page starts where the one before ended without looking at what lies before it.
Hidden files and folders, linked folders (the same pictures twice, or a circle) and links that lead out
of the folder are left out. What a file says of its licence (XMP) is read from its first bytes.
"""

import asyncio
import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import unquote_to_bytes

import msgspec

from pixcrawler.adapters.fetching.references import PICTURES
from pixcrawler.adapters.sources.described import Described, candidate
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.zip_folder import ZipLists, encoded, member_url, notes_on
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.claims import words
from pixcrawler.domain.crawling.errors import FolderNotAllowed, InvalidJob, SourceUnreachable


class FolderSource:
    """``roots`` are the folders that may be crawled, with all that lies in them."""

    def __init__(self, roots: Sequence[Path], *, page_size: int = 250) -> None:
        self._roots = tuple(root.resolve() for root in roots)
        self._zips = ZipLists()
        self._info = SourceInfo(
            id="folder",
            name="Local folder or zip",
            homepage="",
            licenses="as the files say (XMP), else unknown",
            page_size=page_size,
            max_results=None,
            needs_text=False,
            ends=True,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        if query.input is None:
            message = "The source folder needs a folder or a zip: give one with --input FOLDER."
            raise InvalidJob(message, field="input")
        return await asyncio.to_thread(self._search, query.input, cursor)

    async def check(self) -> str:
        return "Needs no connection: the pictures are on this machine."

    def _search(self, given: str, cursor: str | None) -> SearchPage:
        place = self._allowed(given)
        after = tuple(os.fsdecode(unquote_to_bytes(part)) for part in cursor.split("/")) if cursor else ()
        try:
            return self._page(place, after) if place.is_dir() else self._page_of_zip(place, after)
        except OSError as error:
            problem = f"{error.filename or place} cannot be read: {error.strerror}."
            raise SourceUnreachable("folder", problem) from error

    def _page(self, folder: Path, after: tuple[str, ...]) -> SearchPage:
        size = self._info.page_size
        found = list(islice(_pictures(folder, (), after), size + 1))
        return SearchPage(
            candidates=tuple(_candidate(_described(folder, parts), parts) for parts in found[:size]),
            next_cursor=encoded(found[size - 1]) if len(found) > size else None,
            total=None if after else sum(1 for _ in _pictures(folder, (), ())),
        )

    def _page_of_zip(self, path: Path, after: tuple[str, ...]) -> SearchPage:
        size, contents = self._info.page_size, self._zips.of(path)
        begin = bisect_right(contents.pictures, _order(after), key=_order) if after else 0
        found = contents.pictures[begin : begin + size]
        described = [Described(url=member_url(path, parts)) for parts in found]
        return SearchPage(
            candidates=tuple(map(_candidate, described, found)),
            next_cursor=encoded(found[-1]) if begin + size < len(contents.pictures) else None,
            total=len(contents.pictures),
            notes=() if after else notes_on(path, contents),
        )

    def _allowed(self, given: str) -> Path:
        folder = Path(given).expanduser().resolve()
        if not any(folder.is_relative_to(root) for root in self._roots):
            raise FolderNotAllowed(
                f"The folder {given} may not be crawled: add it, or one above it, to SOURCE_FOLDER_ROOTS.",
                field="input",
            )
        if not folder.is_dir() and not (folder.is_file() and folder.suffix.lower() == ".zip"):
            problem = "is neither a folder nor a zip" if folder.exists() else "does not exist"
            raise InvalidJob(f"{given} {problem}: name a folder with pictures in it.", field="input")
        return folder


def _pictures(root: Path, inside: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths behind ``after`` (which is relative to ``inside``), as names relative to the root."""
    with os.scandir(root.joinpath(*inside)) as listing:
        entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
    start = os.fsencode(after[0]) if after else b""
    for entry in entries:
        name = os.fsencode(entry.name)
        if name < start or entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _pictures(root, (*inside, entry.name), after[1:] if after and name == start else ())
        elif not (after and name == start) and _is_picture(entry, root):
            yield (*inside, entry.name)


def _is_picture(entry: os.DirEntry[str], root: Path) -> bool:
    if os.path.splitext(entry.name)[1].lower() not in PICTURES:  # noqa: PTH122
        return False
    try:
        if not entry.is_file():
            return False
    except OSError:  # a link that leads in a circle, or where nobody may look
        return False
    return not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(root)


def _described(folder: Path, parts: tuple[str, ...]) -> Described:
    """What the file itself says; one that cannot be read is for the fetcher to tell."""
    from pixcrawler.adapters.sources.xmp import READ, from_xmp

    path = folder.joinpath(*parts)
    try:
        with path.open("rb", buffering=0) as file:
            start = file.read(READ)
    except OSError:
        start = b""
    return from_xmp(start, path.as_uri())


def _candidate(said: Described, parts: tuple[str, ...]) -> Candidate:
    return msgspec.structs.replace(
        candidate(said, "folder"),
        source_id=encoded(parts),
        title=words(said.title) or _shown(Path(parts[-1]).stem),
        label=_shown(parts[0]) if len(parts) > 1 else None,
    )


def _order(parts: tuple[str, ...]) -> list[bytes]:
    return [os.fsencode(part) for part in parts]


def _shown(name: str) -> str:
    """A file name may hold bytes that are no UTF-8; what is stored and shown may not."""
    return os.fsencode(name).decode("utf-8", "replace")


def _build(context: SourceContext, config: SourceConfig) -> FolderSource:
    del config  # its one setting, the roots, comes with the context
    return FolderSource(context.folder_roots, page_size=context.page_size)


FACTORY = SourceFactory(id="folder", build=_build)
