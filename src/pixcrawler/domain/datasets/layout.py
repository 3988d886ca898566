"""Where each image of a dataset stands when it is laid out as folders."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from pixcrawler.domain.datasets.changes import Changes
from pixcrawler.domain.datasets.class_names import class_folders
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow, Rows
from pixcrawler.domain.datasets.splits import SplitPlan, assign

Folders = Callable[[Iterable[str]], Mapping[str, str]]
"""From the labels to the folder of each, within its split."""


class Placed(msgspec.Struct, frozen=True):
    """One image and its place. ``folder`` is the class folder's name, ``name`` the file's."""

    row: ManifestRow
    split: str
    folder: str
    name: str

    def of(self, row: ManifestRow) -> "Placed":
        """The same image as its file is now."""
        stem = self.name.rpartition(".")[0]
        return Placed(row, self.split, self.folder, f"{stem}.{row.format}")

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
    rows itself. ``twins`` are ids that stand more than once in one folder: under several labels."""

    def __init__(
        self,
        rows: Rows,
        splits: Mapping[str, str],
        folders: Mapping[str, str],
        twins: frozenset[str] = frozenset(),
        changes: Changes | None = None,
    ) -> None:
        self._rows, self._splits, self._folders = rows, splits, folders
        self._twins, self._changes = twins, changes

    def __iter__(self) -> Iterator[Placed]:
        for row in self._rows:
            folder, split = self._folders[row.label], self._splits[row.id]
            final = row if self._changes is None else self._changes.applied(row)
            stem = f"{row.id}-{_short_digest(row.label)}" if row.id in self._twins else row.id
            yield Placed(final, split, folder, f"{stem}.{final.format}")

    def changed(self, changes: Changes) -> "Layout":
        """The same images as conversion left them."""
        return Layout(self._rows, self._splits, self._folders, self._twins, changes)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def folders(self) -> Mapping[str, str]:
        """The folder of each label."""
        return self._folders


def lay_out(manifest: Manifest, plan: SplitPlan, folders: Folders = class_folders) -> Layout:
    """``<split>/<folder of its label>/<sha256[:16]>.<format>`` for every image, in the manifest's order.

    Where labels share a folder, the name of a picture that has several of them ends in a piece of the
    label's SHA-256.
    """
    labels: set[str] = set()

    def seen() -> Iterator[ManifestRow]:
        for row in manifest.rows:
            labels.add(row.label)
            yield row

    splits = assign(seen(), plan)
    named = folders(labels)
    twins: frozenset[str] = frozenset()
    if len(splits) < len(manifest.rows) and len(set(named.values())) < len(named):
        counted = Counter(int(row.id, 16) for row in manifest.rows)
        twins = frozenset(f"{number:016x}" for number, count in counted.items() if count > 1)
    return Layout(manifest.rows, splits, named, twins)


def _short_digest(label: str) -> str:
    return hashlib.sha256(label.encode(errors="surrogatepass")).hexdigest()[:8]
