"""What an archive, the folder in it, and its download are called."""

import re
from unicodedata import category, normalize

_LONGEST = 60
_MOST_BYTES = 180
"""In UTF-8: with version and ending a name has 255 at most, which file systems take."""


def export_name(dataset: str, version: int) -> str:
    """``red-fox-v1`` of “Red fox”: letters that every file system, shell and address takes; ``dataset-v1``
    where the name has none of them."""
    slug = re.sub(r"[^a-z0-9]+", "-", dataset.lower()).strip("-")[:_LONGEST].strip("-")
    return f"{slug or 'dataset'}-v{version}"


def download_name(dataset: str, version: int) -> str:
    """The same with the letters of every script: ``赤狐-v1`` of “赤狐”, ``füchse-v1`` of “Füchse!”. It is for
    people and their browsers; what is inside an archive has the plain name."""
    kept = "".join(map(_kept, normalize("NFC", dataset.lower())))
    short = kept[:_LONGEST].encode()[:_MOST_BYTES].decode(errors="ignore")
    slug = re.sub("-+", "-", short).strip("-")
    return f"{slug or 'dataset'}-v{version}"


def _kept(character: str) -> str:
    """A letter with its marks, a digit, or a picture such as an emoji; what is invisible (a joiner, a change
    of direction) goes, all else is a hyphen."""
    kind = category(character)
    if kind[0] in "LMN" or kind == "So":
        return character
    return "" if kind == "Cf" else "-"
