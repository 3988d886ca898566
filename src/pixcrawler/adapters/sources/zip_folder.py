"""The pictures of a zip, in the order and with the labels that they would have in a folder."""

import os
from collections import OrderedDict
from pathlib import Path
from urllib.parse import quote

from pixcrawler.adapters.fetching.zip_archive import Archive, BadArchive, Contents
from pixcrawler.domain.crawling.errors import InvalidJob

MOST_KEPT = 2


class ZipLists:
    """Lists what zips hold. The last lists are kept, for the pages of one crawl."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], Contents] = OrderedDict()

    def of(self, path: Path) -> Contents:
        """Raises InvalidJob for what is no zip, or one that holds nothing that may be read."""
        state = path.stat()
        key = (str(path), state.st_mtime_ns, state.st_size)
        contents = self._kept.pop(key, None)
        if contents is None:
            contents = _listed(path)
        self._kept[key] = contents
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return contents


def notes_on(path: Path, contents: Contents) -> tuple[str, ...]:
    """What was left out, in sentences."""
    said = (
        (contents.encrypted, "need a password"),
        (contents.archives, "are archives themselves: unpack them first"),
        (contents.misnamed, "have names that lead out of it"),
    )
    return tuple(f"{path.name}: {count:,} files {why}." for count, why in said if count)


def member_url(path: Path, parts: tuple[str, ...]) -> str:
    return f"{path.as_uri()}#{encoded(parts)}"


def encoded(parts: tuple[str, ...]) -> str:
    return "/".join(quote(os.fsencode(part)) for part in parts)


def _listed(path: Path) -> Contents:
    try:
        with path.open("rb") as file:
            contents = Archive(file).contents()
    except BadArchive as error:
        raise InvalidJob(f"{path} cannot be read: {error}.", field="input") from error
    if not contents.pictures and (notes := notes_on(path, contents)):
        raise InvalidJob(f"There is nothing to take: {' '.join(notes)}", field="input")
    return contents
