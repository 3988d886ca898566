"""The same pictures, written by the readers' own tools: `python -m bench.export_theirs TOOL LIST FOLDER`.

LIST is JSON: [[path, what is known of it], ...]. Prints, as JSON, the seconds from the first file to the end
of a `sync`.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Files = list[tuple[str, dict[str, Any]]]
SHARD = 512 << 20
"""Bytes; ours are about as large."""


def parquet(files: Files, folder: Path) -> None:
    """`datasets`' own writer, pictures in the table."""
    import datasets
    from datasets.arrow_writer import ParquetWriter

    labels = sorted({known["caption"] for _, known in files})
    features = datasets.Features(
        {
            "image": datasets.Image(),
            "label": datasets.ClassLabel(names=labels),
            **{name: datasets.Value("string") for name in files[0][1]},
        }
    )
    path = str(folder / "train-00000-of-00001.parquet")
    with ParquetWriter(features=features, path=path, embed_local_files=True) as writer:
        for file, known in files:
            writer.write({"image": file, "label": known["caption"], **known})
        writer.finalize()


def webdataset(files: Files, folder: Path) -> None:
    """Its ShardWriter."""
    import webdataset as wds

    with wds.ShardWriter(str(folder / "train-%06d.tar"), maxsize=SHARD, verbose=0) as writer:
        for file, known in files:
            path = Path(file)
            key = known["sha256"][:16]
            sample = {"__key__": key, known["format"]: path.read_bytes(), "json": known}
            writer.write(sample | {"cls": int(known["caption"].rpartition(" ")[2])})


def imagefolder(files: Files, folder: Path) -> None:
    """Folders of classes, by hand: there is no tool for it."""
    for file, known in files:
        target = folder / "train" / known["caption"] / f"{known['sha256'][:16]}.{known['format']}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    for split in ("validation", "test"):
        some = folder / split / files[0][1]["caption"]
        some.mkdir(parents=True)
        shutil.copyfile(files[0][0], some / f"{split}.{files[0][1]['format']}")


TOOLS: dict[str, Callable[[Files, Path], None]] = {
    "parquet": parquet,
    "webdataset": webdataset,
    "imagefolder": imagefolder,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("list", type=Path)
    parser.add_argument("folder", type=Path)
    told = parser.parse_args()
    import datasets  # noqa: F401 -- what is loaded before is not timed
    import webdataset as _  # noqa: F401

    files = json.loads(told.list.read_bytes())
    told.folder.mkdir(parents=True)
    began = time.monotonic()
    TOOLS[told.tool](files, told.folder)
    os.sync()
    print(json.dumps({"seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
