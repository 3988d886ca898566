"""One row of a URL list in its normal form."""

import msgspec


class UrlRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a list says of one picture. ``license`` is in the list's own words, ``sha256`` hex."""

    url: str
    title: str | None = None
    label: str | None = None
    license: str | None = None
    license_url: str | None = None
    author: str | None = None
    author_url: str | None = None
    page_url: str | None = None
    sha256: str | None = None


# The column names that are understood, in any case; of several in one file the first of these counts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "url": ("url", "image_url", "img_url", "image", "src", "uri", "link"),
    "title": ("title", "caption", "text", "alt", "description"),
    "label": ("label", "class", "category", "class_name"),
    "license": ("license", "licence", "rights"),
    "license_url": ("license_url", "licence_url"),
    "author": ("author", "creator", "artist", "photographer"),
    "author_url": ("author_url", "creator_url"),
    "page_url": ("page_url", "page", "source_url", "landing_url", "foreign_landing_url"),
    "sha256": ("sha256",),
}
