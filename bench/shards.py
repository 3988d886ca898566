"""The same pictures as shards of ours, and of the tools whose formats they are."""

import asyncio
import hashlib
import io
import json
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from bench.photograph import photograph
from pixcrawler.adapters.archives.folder import FolderTarget
from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow, manifest_of
from pixcrawler.domain.datasets.splits import parse_split

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}

_DIFFERENT = 48
_SIDES = (400, 300)
_OPTIONS = ExportOptions(name="Bench", splits=parse_split("100"))

Reading = tuple[str, Callable[[Path], None], Path, Path]


class Shards:
    """Writes and reads them, below ``room``."""

    def __init__(self, room: Path, store: LocalObjectStore, manifest: Manifest) -> None:
        self._room, self._store, self._manifest = room, store, manifest
        self._records: list[dict[str, Any]] = []

    def write_parquet(self) -> None:
        self._export("parquet")

    def write_webdataset(self) -> None:
        self._export("webdataset")

    def write_parquet_with_datasets(self) -> None:
        """As ``Dataset.push_to_hub`` does it: pictures taken in from their files, then ``to_parquet``."""
        from datasets import Dataset, Features
        from datasets.table import embed_table_storage

        folder = _emptied(self._room / "theirs" / "parquet")
        schema = pq.read_schema(next((self._room / "ours" / "parquet" / "data").iterdir()))
        features = Features.from_arrow_schema(schema)
        found = Dataset.from_list(self._told(), features=features).with_format("arrow")
        whole = found.map(embed_table_storage, batched=True, batch_size=1_000, keep_in_memory=True)
        whole.with_format(None).to_parquet(str(folder / "train-00000-of-00001.parquet"))

    def write_webdataset_with_webdataset(self) -> None:
        import webdataset

        folder = _emptied(self._room / "theirs" / "webdataset")
        with webdataset.ShardWriter(
            str(folder / "train-%06d.tar"), maxsize=512 * 1024**2, verbose=0
        ) as shards:
            for record in self._told():
                about = {name: value for name, value in record.items() if name != "image"}
                data = Path(record["image"]["path"]).read_bytes()
                shards.write({"__key__": record["id"], "jpg": data, "cls": record["label"], "json": about})

    def write_folders(self) -> None:
        """Ours, one with the same columns in a plainly written ``metadata.jsonl``, and one with the pictures
        in folders of their classes and nothing else."""
        self._export("imagefolder")
        described = _emptied(self._room / "theirs" / "described") / "train"
        plain = _emptied(self._room / "theirs" / "plain") / "train"
        ours = self._room / "ours" / "imagefolder" / "train"
        for line in (ours / "metadata.jsonl").read_text().splitlines():
            about = json.loads(line)
            for folder in (described, plain):
                path = folder / about["file_name"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.hardlink_to(ours / about["file_name"])
            with (described / "metadata.jsonl").open("a") as file:
                file.write(json.dumps(about) + "\n")

    def readings(self) -> list[Reading]:
        """(name, how, ours, theirs)."""
        ours, theirs = self._room / "ours", self._room / "theirs"
        folder = ours / "imagefolder"
        tables = (ours / "parquet" / "data", theirs / "parquet")
        tars = (ours / "webdataset" / "train", theirs / "webdataset")
        return [
            ("webdataset, webdataset", _with_webdataset, *tars),
            ("webdataset, datasets", _with_datasets("webdataset", "jpg"), *tars),
            ("imagefolder, datasets", _folder_with_datasets, folder, theirs / "described"),
            ("imagefolder, datasets, no metadata", _folder_with_datasets, folder, theirs / "plain"),
            ("parquet, datasets", _with_datasets("parquet", "image"), *tables),
            ("parquet, pyarrow", _with_pyarrow, *tables),
            ("parquet, 20 rows, pyarrow", _some_rows, *tables),
            ("parquet, pandas", _with_pandas, *tables),
        ]

    def _export(self, name: str) -> None:
        asyncio.run(_exported(name, self._manifest, self._store, _emptied(self._room / "ours" / name)))

    def _told(self) -> list[dict[str, Any]]:
        """The columns of our Parquet, with the paths of the pictures: read once, from what we wrote."""
        if not self._records:
            table = pq.read_table(self._room / "ours" / "parquet" / "data")
            self._records = table.drop_columns(["image"]).to_pylist()
            for record in self._records:
                path = self._room / "files" / f"{record['id']}.jpg"
                record["image"] = {"path": str(path), "bytes": None}
        return self._records


def made(room: Path, count: int) -> Shards:
    """So many pictures of 48 kinds, none with the bytes of another, in a store."""
    bodies = []
    for seed in range(_DIFFERENT):
        body = io.BytesIO()
        photograph(seed, *_SIDES).save(body, "JPEG", quality=88)
        bodies.append(body.getvalue())
    store = LocalObjectStore(room / "store")
    rows = asyncio.run(_stored(store, _emptied(room / "files"), bodies, count))
    return Shards(room, store, manifest_of(rows, dataset="bench", version=1))


async def _stored(store: LocalObjectStore, files: Path, bodies: list[bytes], count: int) -> list[ManifestRow]:
    rows = []
    for number in range(count):
        data = bodies[number % len(bodies)] + number.to_bytes(8, "big")
        digest = hashlib.sha256(data).hexdigest()
        row = ManifestRow(
            sha256=digest,
            key=f"images/{digest[:2]}/{digest}.jpg",
            label=f"class {number % 50}",
            labels=(f"class {number % 50}",),
            width=_SIDES[0],
            height=_SIDES[1],
            format="jpg",
            bytes=len(data),
            source="openverse",
            image_url=f"https://pictures.example/{number}.jpg",
            page_url=f"https://pictures.example/pages/{number}",
            title=f"Picture {number} of something",
            author=f"Author {number % 97}",
            license="CC-BY-4.0",
            license_url="https://creativecommons.org/licenses/by/4.0/",
            retrieved_at="2026-11-21T08:30:00Z",
            phash=digest[:16],
            dhash=digest[16:32],
        )
        await store.put(row.key, data)
        await store.place((row.key, files / f"{row.id}.jpg"))
        rows.append(row)
    return rows


async def _exported(name: str, manifest: Manifest, store: LocalObjectStore, folder: Path) -> None:
    async with LocalWorkspace([folder]).building(folder) as part:
        target = FolderTarget(part, store)
        async with StoredPictures(store) as pictures:
            await FORMATS[name].write(manifest, _OPTIONS, pictures, target, progress=lambda _, __: None)
        await target.publish(unless_lost=_not_lost)


async def _not_lost() -> None:
    """Nobody else works on it."""


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _with_webdataset(folder: Path) -> None:
    import webdataset

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        shards = [str(path) for path in sorted(folder.glob("*.tar"))]
        for _ in (
            webdataset.WebDataset(shards, shardshuffle=False).decode("pil").to_tuple("jpg", "cls", "json")
        ):
            pass


def _with_datasets(builder: str, picture: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        from datasets import load_dataset

        with TemporaryDirectory(dir=folder.parents[2]) as cache:
            files = {"train": [str(path) for path in sorted(folder.iterdir())]}
            for row in load_dataset(builder, data_files=files, cache_dir=cache)["train"]:
                row[picture].load()

    return read


def _folder_with_datasets(folder: Path) -> None:
    from datasets import load_dataset

    with TemporaryDirectory(dir=folder.parents[1]) as cache:
        for row in load_dataset(str(folder), cache_dir=cache)["train"]:
            row["image"].load()


def _with_pyarrow(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        for batch in pq.ParquetFile(path).iter_batches(batch_size=500):
            del batch


def _some_rows(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        table = pq.ParquetFile(path)
        for number in range(20):
            table.read_row_group(number * table.num_row_groups // 20, columns=["image", "label"])


def _with_pandas(folder: Path) -> None:
    import pandas as pd

    pd.read_parquet(folder)
