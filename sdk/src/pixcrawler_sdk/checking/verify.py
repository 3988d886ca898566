"""``verify``: one look at a dataset, and all that is wrong with it."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from pixcrawler_sdk.checking import parquet, stats
from pixcrawler_sdk.checking.identity import Identity
from pixcrawler_sdk.checking.inventory import DESCRIBING, MANIFEST, STATS, SUMS, TOMBSTONES, Inventory
from pixcrawler_sdk.checking.reading import Reader
from pixcrawler_sdk.checking.report import Code, Problem, Problems, Report
from pixcrawler_sdk.checking.rows import Rows
from pixcrawler_sdk.checking.sums import Sums
from pixcrawler_sdk.containers import Broken, opened, told
from pixcrawler_sdk.errors import DatasetNotFoundError, InvalidDatasetError, UnsupportedSchemaError
from pixcrawler_sdk.limits import Limits
from pixcrawler_sdk.manifest import Manifest, Stats, read_stats

ARCHIVES = (".zip", ".tar", ".tar.zst", ".7z")


def verify(
    path: Path | str,
    *,
    max_problems: int = 100,
    progress: Callable[[int, int], None] | None = None,
    limits: Limits | None = None,
) -> Report:
    """Hold a dataset, a folder or an archive as PixCrawler writes them, against what it says of itself.

    Every file is read once: it must be listed in ``SHA256SUMS`` with its digest, and nothing else may be
    there. Every row of ``manifest.jsonl`` must be well-formed and name a picture of its size and digest, the
    two must agree, and ``stats.json`` must have what the rows count and the digest that they sum up to.
    Samples in WebDataset shards are held against their rows one by one; rows of Parquet files are counted if
    pyarrow is there.

    Archives are read as they are; nothing is unpacked to disk. Whatever a hostile one does ends up as a
    problem in the report, of which ``max_problems`` are listed. ``progress`` is told (done, all) bytes.

    Raises:
        DatasetNotFoundError: there is nothing at the path, or a folder without a dataset of ours.
        MissingDependencyError: ``tar.zst`` and ``7z`` need an optional library.
        OSError: the archive may not be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     archive = Path(folder, "cats-v1.zip")
    ...     _ = archive.write_bytes(b"PK\\x03\\x04 and no more")
    ...     report = verify(archive)
    >>> report.ok
    False
    >>> report.problems[0].code
    <Code.BROKEN_ARCHIVE: 'broken_archive'>
    """
    limits, problems, place = limits or Limits(), Problems(max_problems), Path(path)
    if place.is_dir() and not any((place / name).exists() for name in (MANIFEST, SUMS, STATS)):
        raise DatasetNotFoundError(f"There is no dataset of PixCrawler in {place}{_hint(place)}")
    with ExitStack() as stack:
        try:
            container = stack.enter_context(closing(opened(place, limits)))
        except Broken as error:
            problems.add(Code.BROKEN_ARCHIVE if place.is_file() else Code.NOT_A_DATASET, "", str(error))
            return _Look(problems).report(place, "")
        tell = progress or (lambda _done, _all: None)
        reader = stack.enter_context(closing(Reader(container, limits, problems, tell)))
        look = _Look(problems, reader, rewinds=container.rewinds)
        if reader.go_through():
            try:
                look.compare(limits)
            except Exception as error:  # noqa: BLE001 - it may be changed while it is looked at
                problems.add(Code.UNREADABLE, "", told(error))
        tell(container.size, container.size)
        return look.report(place, container.kind)


def _hint(place: Path) -> str:
    archive = next((path for path in sorted(place.iterdir()) if path.name.endswith(ARCHIVES)), None)
    return "" if archive is None else f"; is it in {archive}?"


class _Look:
    """What is known of the dataset so far."""

    def __init__(self, problems: Problems, reader: Reader | None = None, *, rewinds: bool = False) -> None:
        self._problems, self._reader, self._rewinds = problems, reader, rewinds
        self._rows: Rows | None = None
        self._notes: list[str] = []
        self._identity = Identity()
        self._digest: str | None = None

    def compare(self, limits: Limits) -> None:
        reader = self._reader
        assert reader is not None
        if not reader.inventory.settle_root():
            lacking = "it has no " + ", ".join(sorted(DESCRIBING - {TOMBSTONES}))
            self._problems.add(Code.NOT_A_DATASET, "", lacking)
            return
        try:
            counted = self._stats(reader, limits)
        except UnsupportedSchemaError as error:
            self._problems.add(Code.NEWER_SCHEMA, STATS, str(error))
            return
        sums = Sums(reader.inventory, limits, self._problems)
        sums.compare(reader)
        self._rows = rows = Rows(reader.inventory, sums, limits, self._problems)
        complete = self._read_rows(reader, rows, limits)
        rows.finish(complete=complete)
        self._digest = self._identity.hexdigest() if complete else None
        if counted is not None and complete:
            stats.compare(counted, rows, self._digest, self._problems)
        note = parquet.compare(reader, rows.packed, self._problems, rewinds=self._rewinds)
        self._notes += [note] if note else []

    def report(self, place: Path, kind: str) -> Report:
        rows = self._rows
        inventory = self._reader.inventory if self._reader else Inventory()
        counts = (
            {} if rows is None else {split: dict(sorted(rows.counts[split].items())) for split in rows.counts}
        )
        return Report(
            path=str(place),
            kind=kind,
            files=len(inventory.files),
            bytes=self._reader.read if self._reader else 0,
            images=rows.images if rows else 0,
            counts=counts,
            digest=self._digest,
            problems=tuple(_below(inventory.root, problem) for problem in self._problems.listed),
            more=self._problems.more,
            notes=tuple(self._notes),
        )

    def _stats(self, reader: Reader, limits: Limits) -> Stats | None:
        """None where it is missing or cannot be read, which is a problem. Raises UnsupportedSchemaError."""
        if not reader.could_read(STATS):
            return None
        try:
            with reader.open(STATS) as file:
                text = file.read(limits.text + 1)
            return read_stats(text, limits)
        except KeyError:
            self._problems.add(Code.MISSING, STATS, "the file with the statistics is not there")
        except UnsupportedSchemaError:
            raise
        except InvalidDatasetError as error:
            self._problems.add(Code.BAD_STATS, STATS, str(error))
        return None

    def _read_rows(self, reader: Reader, rows: Rows, limits: Limits) -> bool:
        """Whether all rows could be read; what is wrong with some does not count."""
        if reader.inventory.get(TOMBSTONES) and reader.could_read(TOMBSTONES):
            with reader.open(TOMBSTONES) as file:
                rows.bury(iter(lambda: file.readline(limits.line), b""))
        if reader.inventory.get(MANIFEST) is None:
            self._problems.add(Code.MISSING, MANIFEST, "the manifest is not there")
        elif reader.could_read(MANIFEST):
            manifest = Manifest(lambda: reader.open(MANIFEST), limits=limits)
            return all(rows.take(number, row) for number, row in manifest.numbered(self._identity.add))
        return False


def _below(root: str, problem: Problem) -> Problem:
    """Named as the dataset names its files, whatever folder an archive has them in."""
    return Problem(problem.code, problem.name.removeprefix(root), problem.message)
