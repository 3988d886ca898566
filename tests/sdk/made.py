"""A small dataset as PixCrawler writes them, made without PixCrawler; and what it may come in."""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import py7zr
from backports import zstd

ROOT = "cats-v1/"
Files = dict[str, bytes]

PICTURES = {
    "train/cat/00.png": b"picture 0",
    "train/cat/01.png": b"picture 01",
    "train/dog/02.jpg": b"picture 002",
    "val/dog/03.webp": b"picture 0003",
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def row(name: str, data: bytes, **more: Any) -> dict[str, Any]:
    """A line of the manifest, as a dictionary."""
    split, label = name.split("/")[:2]
    return {
        "id": digest(data)[:16],
        "file_name": name,
        "split": split,
        "label": label,
        "sha256": digest(data),
        "width": 12,
        "height": 9,
        "format": name.rpartition(".")[2],
        "bytes": len(data),
        "source": "openverse",
        "image_url": "https://pictures.example/1",
        "retrieved_at": "2026-11-21T08:30:00Z",
        **more,
    }


def statistics(rows: list[dict[str, Any]], **more: Any) -> bytes:
    classes: dict[str, int] = {"bird": 0}
    splits: dict[str, dict[str, int]] = {}
    for one in rows:
        classes[one["label"]] = classes.get(one["label"], 0) + 1
        inside = splits.setdefault(one["split"], {})
        inside[one["label"]] = inside.get(one["label"], 0) + 1
    size = sum(one["bytes"] for one in rows)
    told = {"images": len(rows), "bytes": size, "classes": classes, "splits": splits, **more}
    return json.dumps(told).encode()


def lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def sums(files: Files) -> bytes:
    return "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items())).encode()


def dataset(pictures: Files | None = None, rows: list[dict[str, Any]] | None = None, **more: Any) -> Files:
    """All files by name, pictures first and checksums last."""
    pictures = PICTURES if pictures is None else pictures
    rows = [row(name, data) for name, data in pictures.items()] if rows is None else rows
    files = {
        **pictures,
        "README.md": b"# Cats\n",
        "stats.json": statistics(rows, **more),
        "manifest.jsonl": lines(rows),
    }
    return summed(files)


def summed(files: Files) -> Files:
    """With checksums of all other files, written anew."""
    others = {name: data for name, data in files.items() if name != "SHA256SUMS"}
    return {**others, "SHA256SUMS": sums(others)}


def as_folder(files: Files, into: Path) -> Path:
    for name, data in files.items():
        path = into / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return into / "folder"


def as_zip(files: Files, into: Path) -> Path:
    with zipfile.ZipFile(into / "made.zip", "w") as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(ROOT + name), data)
    return into / "made.zip"


def tar_of(files: Iterable[tuple[str, bytes]]) -> bytes:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as packed:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return body.getvalue()


def as_tar(files: Files, into: Path) -> Path:
    (into / "made.tar").write_bytes(tar_of((ROOT + name, data) for name, data in files.items()))
    return into / "made.tar"


def as_tar_zst(files: Files, into: Path) -> Path:
    body = as_tar(files, into).read_bytes()
    (into / "made.tar.zst").write_bytes(zstd.compress(body))
    return into / "made.tar.zst"


def as_7z(files: Files, into: Path) -> Path:
    with py7zr.SevenZipFile(into / "made.7z", "w") as packed:
        for name, data in files.items():
            packed.writestr(data, ROOT + name)
    return into / "made.7z"


CONTAINERS: dict[str, Callable[[Files, Path], Path]] = {
    "folder": as_folder,
    "zip": as_zip,
    "tar": as_tar,
    "tar.zst": as_tar_zst,
    "7z": as_7z,
}
