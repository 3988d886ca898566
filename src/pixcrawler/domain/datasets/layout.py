"""Where each image of a dataset stands when it is laid out as folders."""

from collections.abc import Sequence

import msgspec

from pixcrawler.domain.datasets.class_names import class_folders
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow
from pixcrawler.domain.datasets.splits import SPLITS, SplitPlan, assign


class Placed(msgspec.Struct, frozen=True):
    """One image and its place. ``folder`` is the class folder's name, ``name`` the file's."""

    row: ManifestRow
    split: str
    folder: str
    name: str

    @property
    def in_split(self) -> str:
        """The path relative to the split's folder, with ``/``."""
        return f"{self.folder}/{self.name}"

    @property
    def path(self) -> str:
        """The path relative to the dataset's folder, with ``/``."""
        return f"{self.split}/{self.folder}/{self.name}"


def lay_out(manifest: Manifest, plan: SplitPlan) -> tuple[Placed, ...]:
    """``<split>/<class>/<sha256[:16]>.<format>`` for every image, in the manifest's order."""
    splits = assign(manifest.rows, plan)
    folders = class_folders(row.label for row in manifest.rows)
    return tuple(
        Placed(row, splits[row.id], folders[row.label], f"{row.id}.{row.format}") for row in manifest.rows
    )


def count_images(placed: Sequence[Placed]) -> dict[str, dict[str, int]]:
    """How many images per split and label; splits and labels without any are left out."""
    counts: dict[str, dict[str, int]] = {}
    for split in SPLITS:
        inside: dict[str, int] = {}
        for image in placed:
            if image.split == split:
                inside[image.row.label] = inside.get(image.row.label, 0) + 1
        if inside:
            counts[split] = inside
    return counts
