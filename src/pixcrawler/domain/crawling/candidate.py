"""What a source found."""

import msgspec


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One picture as a source describes it, normalised; the file itself has not been asked for.

    ``image_url`` is absolute (``http``, ``https``, or ``file`` from the folder source). ``license`` is a
    normal id of ``domain.shared.licenses`` (``unknown`` where the source does not say) and
    ``license_raw`` what the source said. ``width`` and ``height`` are the source's claim, in pixels.
    ``label`` is set by sources that know the class better than the query does. ``sha256`` (hex) is what
    a URL list promises of the bytes. ``mature`` is set where the source marks it as sensitive.
    """

    image_url: str
    source: str
    source_id: str | None = None
    page_url: str | None = None
    title: str | None = None
    author: str | None = None
    author_url: str | None = None
    license: str = "unknown"
    license_raw: str | None = None
    license_url: str | None = None
    attribution: str | None = None
    width: int | None = None
    height: int | None = None
    tags: tuple[str, ...] = ()
    label: str | None = None
    sha256: str | None = None
    mature: bool = False
