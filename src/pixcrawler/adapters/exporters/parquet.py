"""The parquet format: pictures and all that is known of them in the columns of a table.

Hugging Face ``datasets``, pandas and everything that reads Parquet open it; see
docs/reference/packed-formats.md.
"""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pixcrawler.adapters.exporters.croissant_parts import Parts
from pixcrawler.adapters.exporters.form import HUB_SPLITS, Made, Seen, data_files
from pixcrawler.adapters.exporters.packed import Batches, PackedForm
from pixcrawler.adapters.exporters.shuffled import Shard, Shuffled
from pixcrawler.application.ports.target import Reading, Target
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.layout import Placed
from pixcrawler.domain.datasets.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_GROUP_BYTES = 16 * 1024 * 1024
_GROUP_ROWS = 1_000
"""A row group is held in memory by who writes it, and read as a whole by many who want one row of it."""

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

    @staticmethod
    def name_of(shard: Shard) -> str:
        return f"data/{HUB_SPLITS[shard.split]}-{shard.number:05}-of-{shard.of:05}.parquet"

    def place(self, image: Placed) -> dict[str, Any]:
        place = self.shuffled.place_of(image)
        shard = self.shard_of(place)
        return {"file_name": self.names[shard], "row": place - self.shards[shard].places.start}

    def name(self, image: Placed) -> str:
        place = self.place(image)
        return f"{place['file_name']}/{place['row']}"

    async def write(self, shard: Shard, batches: Batches, target: Target) -> Made:
        self._scratch = target.scratch
        path = target.scratch / "shard.parquet"
        with path.open("wb") as file:
            summed = _Summed(file)
            await self._write(summed, batches)
            size = file.tell()
        await target.take(self.name_of(shard), path)
        return Made(self.name_of(shard), size, summed.hexdigest())

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

    async def _write(self, file: "_Summed", batches: Batches) -> None:
        writer = await asyncio.to_thread(self._writer, file)
        try:
            async for group in _groups(batches):
                await asyncio.to_thread(self._write_group, writer, group)
        finally:
            await asyncio.to_thread(writer.close)

    def _writer(self, file: "_Summed") -> "pq.ParquetWriter":
        import pyarrow.parquet as pq

        return pq.ParquetWriter(
            file,
            self._columns.schema,
            compression=self._columns.compressed,
            use_dictionary=self._columns.repeating,
            write_statistics=self._columns.small,
            write_page_index=True,
        )

    def _write_group(self, writer: "pq.ParquetWriter", rows: Sequence[tuple[Placed, bytes]]) -> None:
        writer.write_table(self._columns.table(rows), row_group_size=len(rows))

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


def _labels(file: BinaryIO) -> Iterator[tuple[int | None, str]]:
    """(number, name) of each row's class."""
    import pyarrow.parquet as pq

    table = pq.ParquetFile(file)
    for group in range(table.num_row_groups):
        found = table.read_row_group(group, columns=["label", "label_name"])
        numbers, names = (found.column(name).to_pylist() for name in ("label", "label_name"))
        yield from ((number, name or "") for number, name in zip(numbers, names, strict=True))


async def _groups(batches: Batches) -> AsyncIterator[Sequence[tuple[Placed, bytes]]]:
    """The same pictures in row groups, whatever the batches are."""
    group, size = list[tuple[Placed, bytes]](), 0
    async for batch in batches:
        for one in batch:
            group.append(one)
            size += len(one[1])
            if size >= _GROUP_BYTES or len(group) == _GROUP_ROWS:
                yield group
                group, size = [], 0
    if group:
        yield group


class _Summed:
    """A file that is only written, and its SHA-256. After an error it takes everything and keeps nothing: a
    writer of Parquet that is closed, as it must be, writes once more."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._summed = hashlib.sha256()
        self._failed = False

    def write(self, data: bytes) -> int:
        if self._failed:
            return len(data)
        self._failed = True
        self._summed.update(data)
        written = self._file.write(data)
        self._failed = False
        return written

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._file.flush()

    def hexdigest(self) -> str:
        return self._summed.hexdigest()
