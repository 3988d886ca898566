"""What a search is narrowed to."""

import re
from enum import StrEnum

import msgspec

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)


class SafeSearch(StrEnum):
    OFF = "off"
    MODERATE = "moderate"
    STRICT = "strict"


class ImageType(StrEnum):
    """Kinds of pictures. Whether one is animated or transparent can be measured; the rest a source knows."""

    PHOTO = "photo"
    ILLUSTRATION = "illustration"
    CLIPART = "clipart"
    LINE_ART = "line_art"
    ANIMATED = "animated"
    TRANSPARENT = "transparent"


MEASURED_TYPES = frozenset({ImageType.ANIMATED, ImageType.TRANSPARENT})


class Color(StrEnum):
    """``color`` and ``monochrome`` speak of the whole picture, the others of what much of it shows."""

    COLOR = "color"
    MONOCHROME = "monochrome"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"
    WHITE = "white"
    GRAY = "gray"
    BLACK = "black"
    BROWN = "brown"


class SearchFilters(msgspec.Struct, frozen=True, kw_only=True):
    """Filters for a search, in the words of the command line.

    ``license`` holds what the licence must allow (``commercial``, ``derivatives``) or must be
    (``public-domain``, ``known``), all of them; empty means anything goes. ``min_size`` is (width,
    height) in pixels. ``language`` is the primary tag of BCP 47, such as ``de``. ``exclude`` holds words
    that neither title nor tags may contain.
    """

    safe_search: SafeSearch = SafeSearch.MODERATE
    license: tuple[str, ...] = ()
    file_types: tuple[str, ...] = ()
    min_size: tuple[int, int] | None = None
    language: str | None = None
    exclude: tuple[str, ...] = ()
    image_type: ImageType | None = None
    color: Color | None = None


def primary_language(text: str) -> str:
    """``pt`` of ``pt-BR``. Raises ValueError for what is no language tag (BCP 47)."""
    found = _TAG.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no language: give its short tag, such as en, de or zh")
    return found[1].lower()
