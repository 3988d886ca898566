"""Where each image of a dataset stands when it is laid out as folders."""

from collections.abc import Iterator, Mapping

import msgspec

from pixcrawler.domain.datasets.class_names import class_folders
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow, Rows
from pixcrawler.domain.datasets.splits import SplitPlan, assign


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


class Layout:
    """Every image's place, in the manifest's order. It can be gone through again and again, and holds no
    rows itself."""

    def __init__(self, rows: Rows, splits: Mapping[str, str], folders: Mapping[str, str]) -> None:
        self._rows, self._splits, self._folders = rows, splits, folders

    def __iter__(self) -> Iterator[Placed]:
        for row in self._rows:
            folder = self._folders[row.label]
            yield Placed(row, self._splits[row.id], folder, f"{row.id}.{row.format}")

    def __len__(self) -> int:
        return len(self._rows)


def lay_out(manifest: Manifest, plan: SplitPlan) -> Layout:
    """``<split>/<class>/<sha256[:16]>.<format>`` for every image, in the manifest's order."""
    labels: set[str] = set()

    def seen() -> Iterator[ManifestRow]:
        for row in manifest.rows:
            labels.add(row.label)
            yield row

    splits = assign(seen(), plan)
    return Layout(manifest.rows, splits, class_folders(labels))
