"""Go through a dataset with one reader: `python -m bench.export_readers READER PATH`.

Prints, as JSON, the seconds from the call that opens it to the last picture's bytes, and how many there were.
Pictures are not decoded: that takes the same time whoever wrote them.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def with_datasets(kind: str, pattern: str) -> Callable[[Path], int]:
    def read(path: Path) -> int:
        import datasets

        files = sorted(str(file) for file in path.glob(pattern))
        data = datasets.load_dataset(kind, data_files=files, split="train")
        column = "jpg" if kind == "webdataset" else "image"
        data = data.cast_column(column, datasets.Image(decode=False))
        return sum(1 for row in data if row[column]["bytes"] or row[column]["path"])

    return read


def webdataset(path: Path) -> int:
    import webdataset

    files = sorted(str(file) for file in path.rglob("*.tar"))
    data = webdataset.WebDataset(files, shardshuffle=False)
    return sum(1 for sample in data if any(name in sample for name in ("jpg", "png", "webp")))


def imagefolder(path: Path) -> int:
    import datasets

    data = datasets.load_dataset("imagefolder", data_dir=str(path), split="train+validation+test")
    data = data.cast_column("image", datasets.Image(decode=False))
    return sum(1 for row in data if Path(row["image"]["path"]).read_bytes())


def pandas(path: Path) -> int:
    import pandas as pd

    return sum(
        1
        for file in sorted(path.rglob("*.parquet"))
        for image in pd.read_parquet(file)["image"]
        if image["bytes"]
    )


READERS: dict[str, Callable[[Path], int]] = {
    "webdataset": webdataset,
    "imagefolder": imagefolder,
    "parquet": with_datasets("parquet", "**/*.parquet"),
    "pandas": pandas,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("path", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-hf-") as cache:
        os.environ |= {"HF_HOME": cache, "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
        import datasets
        import webdataset as _  # noqa: F401 -- what is loaded before is not timed

        datasets.disable_progress_bars()
        began = time.monotonic()
        images = READERS[told.reader](told.path)
        print(json.dumps({"seconds": time.monotonic() - began, "images": images}))


if __name__ == "__main__":
    main()
