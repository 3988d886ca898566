"""Shards are read again before they are ready: from wherever they are, and whatever became of them."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pytest

from pixcrawler.adapters.archives.folder import FolderTarget
from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.application.ports.target import Reading
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import silent

OPTIONS = ExportOptions(name="Packed", splits=parse_split("80/10/10", seed=3))
SMALL = msgspec.structs.replace(OPTIONS, shard_size=400)
ROWS = manifests.rows({"cat": 20, "dog": 20})
SPLITS = {"train": {"cat": 16, "dog": 16}, "val": {"cat": 2, "dog": 2}, "test": {"cat": 2, "dog": 2}}

Change = Callable[[bytes], bytes]


class Damaging(FolderTarget):
    """Something happens to a file between its writing and the look at it."""

    def __init__(self, *args: Any, name: str, change: Change) -> None:
        super().__init__(*args)
        self._name, self._change = name, change

    async def finish(self) -> Reading:
        path = next(self.scratch.parent.rglob(self._name))
        data = path.read_bytes()
        changed = self._change(data)
        assert changed != data
        path.write_bytes(changed)
        return await super().finish()


def other(old: bytes, new: bytes) -> Change:
    return lambda data: data.replace(old, new, 1)


def zeros_before_the_end(data: bytes) -> bytes:
    return data[:-200] + bytes(192) + data[-8:]


TAR, TABLE = "train-000000.tar", "train-00000-of-00001.parquet"


@pytest.mark.parametrize(
    ("name", "file", "change"),
    [
        pytest.param("webdataset", TAR, other(b'"label":"cat"', b'"label":"cab"'), id="label in a tar"),
        pytest.param("webdataset", TAR, other(b".json", b".jsom"), id="name in a tar"),
        pytest.param("webdataset", TAR, lambda data: data[:-20_480] + bytes(20_480), id="end of a tar"),
        pytest.param("parquet", TABLE, other(b"dog", b"dig"), id="label in a table"),
        pytest.param("parquet", TABLE, other(b"label_name", b"label_nome"), id="column of a table"),
        pytest.param("parquet", TABLE, zeros_before_the_end, id="footer of a table"),
    ],
)
async def test_a_shard_that_is_not_what_was_written_is_reported(
    tmp_path: Path, name: str, file: str, change: Change
) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(ROWS, store)
    into = tmp_path / "out"
    async with LocalWorkspace([into]).building(into) as part, StoredPictures(store) as pictures:
        target = Damaging(part, store, name=file, change=change)
        with pytest.raises(ExportMismatch, match="export again"):
            await FORMATS[name].write(manifests.manifest(ROWS), OPTIONS, pictures, target, progress=silent)


class Piped:
    """A reading whose files are read once, from their start: as out of a compressed archive."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.files = reading.files

    def open(self, name: str) -> BinaryIO:
        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

        with self._reading.open(name) as file:
            return Pipe(file.read())


class Piping(FolderTarget):
    async def finish(self) -> Reading:
        return Piped(await super().finish())


@pytest.mark.parametrize("name", ["webdataset", "parquet"])
async def test_shards_are_read_again_also_where_nobody_can_go_back(tmp_path: Path, name: str) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(ROWS, store)
    into = tmp_path / "out"
    async with LocalWorkspace([into]).building(into) as part, StoredPictures(store) as pictures:
        target = Piping(part, store)
        summary = await FORMATS[name].write(
            manifests.manifest(ROWS), SMALL, pictures, target, progress=silent
        )
    assert summary.counts == SPLITS
