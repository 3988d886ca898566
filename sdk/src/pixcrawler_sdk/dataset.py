"""A dataset on this machine, opened for reading."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

from pixcrawler_sdk.checking.report import Report
from pixcrawler_sdk.checking.verify import verify
from pixcrawler_sdk.containers import Broken, Container, Kind, opened, told_plainly
from pixcrawler_sdk.errors import DatasetNotFoundError, InvalidDatasetError
from pixcrawler_sdk.limits import Limits
from pixcrawler_sdk.manifest import Manifest, Stats, read_stats
from pixcrawler_sdk.names import what_is_wrong_with


class LocalDataset:
    """A folder or an archive as PixCrawler writes them. Close it, or use it in a ``with``."""

    def __init__(self, path: Path, container: Container, root: str, stats: Stats, limits: Limits) -> None:
        self.path = path
        self.stats = stats
        self._container, self._root, self._limits = container, root, limits

    @property
    def manifest(self) -> Manifest:
        """Its rows. In a ``tar.zst`` or ``7z`` each pass unpacks what stands before them, in memory."""
        return Manifest(lambda: self._container.open(f"{self._root}manifest.jsonl"), limits=self._limits)

    def __len__(self) -> int:
        """Images, as ``stats.json`` says."""
        return self.stats.images

    def read(self, file_name: str) -> bytes:
        """The bytes of a file, by its name in the manifest. In a ``tar.zst`` or ``7z`` that unpacks what
        stands before it, in memory: unpack such an archive to read many.

        Raises KeyError, also for a name that leads elsewhere, and InvalidDatasetError for a file that cannot
        be read."""
        if what_is_wrong_with(file_name):
            raise KeyError(file_name)
        with told_plainly(file_name), self._container.open(self._root + file_name) as file:
            return file.read()

    def verify(
        self, *, max_problems: int = 100, progress: Callable[[int, int], None] | None = None
    ) -> Report:
        """As ``pixcrawler_sdk.verify``."""
        return verify(self.path, max_problems=max_problems, progress=progress, limits=self._limits)

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_dataset(path: Path | str, *, limits: Limits | None = None) -> LocalDataset:
    """Open a dataset's folder, or the archive that it came in.

    Raises:
        DatasetNotFoundError: there is nothing at the path, or a folder without a dataset of ours.
        InvalidDatasetError: it is no dataset of ours, or a broken one.
        UnsupportedSchemaError: it was written by a newer PixCrawler.
        MissingDependencyError: ``tar.zst`` and ``7z`` need an optional library.

    >>> open_dataset("no/such/folder")
    Traceback (most recent call last):
    pixcrawler_sdk.errors.DatasetNotFoundError: There is nothing at no/such/folder
    """
    place, limits = Path(path), limits or Limits()
    with told_plainly(str(place)):
        container = opened(place, limits)
    try:
        with told_plainly(str(place)):
            root, stats = _described(place, container, limits)
    except BaseException:
        container.close()
        raise
    return LocalDataset(place, container, root, stats, limits)


def _described(place: Path, container: Container, limits: Limits) -> tuple[str, Stats]:
    """Where in the container the dataset is, and its statistics."""
    for count, member in enumerate(container.members(), 1):
        folder, _, name = member.name.rpartition("/")
        if name == "stats.json" and "/" not in folder and member.kind is Kind.FILE:
            with member.open() as file:
                text = file.read(limits.text + 1)
            return (f"{folder}/" if folder else ""), read_stats(text, limits)
        if count > limits.files:
            raise Broken(f"it has more than {limits.files:,} files")
    if place.is_dir():
        raise DatasetNotFoundError(f"There is no dataset of PixCrawler in {place}")
    raise InvalidDatasetError(f"{place}: it has no stats.json, so it is no dataset of PixCrawler")
