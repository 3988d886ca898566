"""Where each image of a dataset stands when it is laid out as folders."""

from collections.abc import Iterator, Mapping

import msgspec

from pixcrawler.domain.datasets.changes import Changes
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

    def __init__(
        self,
        rows: Rows,
        splits: Mapping[str, str],
        folders: Mapping[str, str],
        changes: Changes | None = None,
    ) -> None:
        self._rows, self._splits, self._folders = rows, splits, folders
        self._changes = changes

    def __iter__(self) -> Iterator[Placed]:
        for row in self._rows:
            folder, split = self._folders[row.label], self._splits[row.id]
            final = row if self._changes is None else self._changes.applied(row)
            yield Placed(final, split, folder, f"{final.id}.{final.format}")

    def changed(self, changes: Changes) -> "Layout":
        """The same images as conversion left them."""
        return Layout(self._rows, self._splits, self._folders, changes)

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
