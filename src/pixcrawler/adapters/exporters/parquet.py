"""The parquet format: pictures and all that is known of them in the columns of a table.

Hugging Face ``datasets``, pandas and everything that reads Parquet open it; see
docs/reference/formats.md.
"""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from pixcrawler.adapters.exporters.croissant_parts import Parts
from pixcrawler.adapters.exporters.form import HUB_SPLITS, Made, Seen, data_files
from pixcrawler.adapters.exporters.packed import Batches, PackedForm
from pixcrawler.adapters.exporters.shuffled import Shard, Shuffled
from pixcrawler.application.ports.target import Reading, Target
from pixcrawler.application.ports.waiting import ended
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.layout import Placed
from pixcrawler.domain.datasets.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

T = TypeVar("T")

_GROUP_BYTES = 8 * 1024 * 1024
_GROUP_ROWS = 1_000
"""A row group is held in memory by who writes it, and read as a whole by many who want one row of it."""
# Arrow looks at the size of a page after so many rows. With its usual 1,024, all pictures of a row group
# would be one page, the page index of no use, and writing three times slower.
_LOOKED_AT = 8

_LOADING = """\
```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder")
data["train"][0]  # {"image": ..., "label": 0, "label_name": "...", "license": "...", ...}
data["train"].features["label"].names
```

or `pandas.read_parquet("path/to/this/folder/data")`, with the bytes of the pictures as `image["bytes"]`.
`label` is the number of the class, null without one. Rows stand in the order of their ids, so classes are
mixed.
"""


class Parquet(PackedForm):
    id = "parquet"
    files = (
        ("data/<split>-<number>-of-<count>.parquet", "the images, their classes, all that is known of them"),
    )

    def __init__(self, shuffled: Shuffled, shards: Sequence[Shard], conversion: Conversion | None) -> None:
        # Arrow takes a while to load and 40 MB: only who writes Parquet should.
        from pixcrawler.adapters.exporters.arrow_columns import ArrowColumns

        super().__init__(shuffled, shards, conversion)
        self._columns = ArrowColumns(shuffled, converted=conversion is not None)
        self._scratch: Path | None = None
        # One for all: Arrow's allocator keeps memory back for each thread that ever asked for some.
        self._thread = ThreadPoolExecutor(1)

    @staticmethod
    def name_of(shard: Shard) -> str:
        return f"data/{HUB_SPLITS[shard.split]}-{shard.number:05}-of-{shard.of:05}.parquet"

    def place(self, image: Placed) -> dict[str, Any]:
        place = self.shuffled.place_of(image)
        shard = self.shard_of(place)
        return {"file_name": self.names[shard], "row": place - self.shards[shard].places.start}

    async def write(self, shard: Shard, batches: Batches, target: Target) -> Made:
        self._scratch = target.scratch
        path = target.scratch / "shard.parquet"
        await self._write(path, batches)
        size, digest = await asyncio.to_thread(_summed, path)
        await target.take(self.name_of(shard), path)
        return Made(self.name_of(shard), size, digest)

    def front_matter(self, stats: Statistics) -> Iterator[str]:
        return data_files((split, f"data/{HUB_SPLITS[split]}-*.parquet") for split in stats.splits)

    def croissant(self) -> Parts:
        from pixcrawler.adapters.exporters.croissant_parquet import parts

        return parts(self._columns.schema, len(self.shuffled))

    def loading(self) -> str:
        return _LOADING

    def read_back(self, reading: Reading) -> Iterator[Seen]:
        for shard, name in zip(self.shards, self.names, strict=True):
            with reading.open(name) as found, self._seekable(found) as file:
                for row, (number, label) in enumerate(_labels(file)):
                    if number != self.shuffled.class_of(label):
                        raise ValueError(f"row {row} of {name} is of the class {number} and called {label}")
                    yield Seen(shard.split, label, f"{name}/{row}")

    async def _write(self, path: Path, batches: Batches) -> None:
        writer = await self._in_thread(partial(self._writer, path))
        try:
            async for group in self._groups(batches):
                await self._in_thread(partial(_write_group, writer, group))
            await self._in_thread(writer.close)
        except BaseException:
            writer.is_open = False  # else it closes itself, and writes once more, when nobody listens
            raise

    async def _groups(self, batches: Batches) -> "AsyncIterator[pa.Table]":
        """The same pictures as row groups. Each batch becomes Arrow's as it comes: that gives memory back."""
        import pyarrow as pa

        tables, rows, size = list[pa.Table](), 0, 0
        async for batch in batches:
            start = 0
            for end, (_, data) in enumerate(batch, 1):
                rows, size = rows + 1, size + len(data)
                if rows == _GROUP_ROWS or size >= _GROUP_BYTES or end == len(batch):
                    tables.append(await self._in_thread(partial(self._columns.table, batch[start:end])))
                    start = end
                if rows == _GROUP_ROWS or size >= _GROUP_BYTES:
                    yield pa.concat_tables(tables)
                    tables, rows, size = [], 0, 0
        if tables:
            yield pa.concat_tables(tables)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """One that is cancelled waits until the thread is done: it writes where all is removed then."""
        working = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.shield(working)
        finally:
            await ended(working)

    def _writer(self, path: Path) -> "pq.ParquetWriter":
        import pyarrow.parquet as pq

        return pq.ParquetWriter(
            path,
            self._columns.schema,
            compression=self._columns.compressed,
            use_dictionary=self._columns.repeating,
            write_statistics=self._columns.small,
            write_page_index=True,
            write_batch_size=_LOOKED_AT,
        )

    @contextmanager
    def _seekable(self, file: BinaryIO) -> Iterator[BinaryIO]:
        """The file, or a copy on disk: the footer of a Parquet file is at its end."""
        if file.seekable():
            yield file
            return
        with tempfile.TemporaryFile(dir=self._scratch) as copy:
            shutil.copyfileobj(file, copy, 1024 * 1024)
            copy.seek(0)
            yield copy


def _write_group(writer: "pq.ParquetWriter", group: "pa.Table") -> None:
    import pyarrow as pa

    writer.write_table(group, row_group_size=len(group))
    pa.default_memory_pool().release_unused()  # else the allocator keeps a few row groups' worth


def _labels(file: BinaryIO) -> Iterator[tuple[int | None, str]]:
    """(number, name) of each row's class. ValueError and KeyError: it is no such table."""
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file)
        for group in range(table.num_row_groups):
            found = table.read_row_group(group, columns=["label", "label_name"])
            numbers, names = (found.column(name).to_pylist() for name in ("label", "label_name"))
            yield from ((number, name or "") for number, name in zip(numbers, names, strict=True))
    except OSError as error:
        if error.errno is None:  # what Arrow says of a file that it does not understand
            raise ValueError(str(error)) from error
        raise


def _summed(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 in hex. Read again, because what Arrow hands to Python on its way to the disk
    is copied into memory that is not soon given back."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
