"""What a search is narrowed to."""

from enum import StrEnum

import msgspec


class SafeSearch(StrEnum):
    OFF = "off"
    MODERATE = "moderate"
    STRICT = "strict"


class SearchFilters(msgspec.Struct, frozen=True, kw_only=True):
    """Filters for a search, in the words of the command line.

    ``license`` holds what the licence must allow (``commercial``, ``derivatives``) or must be
    (``public-domain``, ``known``), all of them; empty means anything goes. ``min_size`` is (width,
    height) in pixels. ``exclude`` holds words that neither title nor tags may contain.
    """

    safe_search: SafeSearch = SafeSearch.MODERATE
    license: tuple[str, ...] = ()
    file_types: tuple[str, ...] = ()
    min_size: tuple[int, int] | None = None
    language: str | None = None
    exclude: tuple[str, ...] = ()
