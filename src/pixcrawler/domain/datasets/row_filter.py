"""Which images of a version somebody wants to see."""

import msgspec

from pixcrawler.domain.datasets.manifest import ManifestRow


class RowFilter(msgspec.Struct, frozen=True, kw_only=True):
    """All that is given must hold. ``label`` is any of an image's labels, exactly spelled. ``valid``: no look
    found something wrong; ``duplicate``: the version has others that are the same picture. Sizes are in
    pixels, both ends included."""

    label: str | None = None
    source: str | None = None
    license: str | None = None
    format: str | None = None
    valid: bool | None = None
    duplicate: bool | None = None
    min_width: int | None = None
    max_width: int | None = None
    min_height: int | None = None
    max_height: int | None = None

    def fits(self, row: ManifestRow) -> bool:
        same = ("source", "license", "format")
        return (
            self.label in (None, row.label, *row.labels)
            and all(getattr(self, name) in (None, getattr(row, name)) for name in same)
            and self.valid in (None, not (row.quality or {}).get("issues"))
            and self.duplicate in (None, row.dedup_group is not None)
            and (self.min_width or 0) <= row.width <= (self.max_width or row.width)
            and (self.min_height or 0) <= row.height <= (self.max_height or row.height)
        )


EVERY = RowFilter()
