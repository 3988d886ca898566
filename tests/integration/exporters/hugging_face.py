"""Opens a folder with Hugging Face ``datasets`` in both of its ways and prints what it found, as JSON.

A program of its own, because the library reads its settings when it is imported.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

Found = dict[str, dict[str, dict[str, int]]]


def loaded(folder: Path, cache: Path) -> Found:
    """way of loading -> split -> label -> images that decode. Raises with the library's complaint."""
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cache), "HF_DATASETS_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def _count(data: Any) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for split, rows in data.items():
        counts[split] = Counter()
        label = rows.features["label"]
        named = label.int2str if hasattr(label, "int2str") else str
        for row in rows:
            row["image"].load()
            counts[split][named(row["label"])] += 1
    return {split: dict(inside) for split, inside in counts.items()}


def _main(folder: str) -> None:
    from datasets import load_dataset

    ways = {
        "path": _count(load_dataset(folder)),
        "imagefolder": _count(load_dataset("imagefolder", data_dir=folder)),
    }
    print(json.dumps(ways))


if __name__ == "__main__":
    _main(sys.argv[1])
