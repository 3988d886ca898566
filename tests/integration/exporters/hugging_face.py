"""Opens folders with Hugging Face ``datasets`` and tells what it found.

A process of its own, because the library reads its settings when it is imported; one for many folders,
because that takes a second. As a program it answers each line of input with one of output, both JSON.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

Counts = dict[str, dict[str, int]]
Found = dict[str, Counts]

WAYS = ("path", "imagefolder")


class HuggingFace:
    """``cache`` is the library's own folder; nothing comes from the network."""

    def __init__(self, cache: Path, python: str = sys.executable) -> None:
        environment = os.environ | {
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": str(cache),
            "HF_DATASETS_CACHE": str(cache),
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        }
        self._process = subprocess.Popen(
            [python, "-W", "ignore", __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=30)

    def opened(self, folder: Path, way: str = "path") -> Counts:
        """split -> label -> images that decode. ``way`` is ``path`` (the card tells what is where) or
        the name of a builder, such as ``imagefolder`` (the library looks for itself). Fails with the
        library's complaint."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), "way": way}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "The process is gone."}')
        assert "error" not in answer, answer["error"]
        counts: Counts = answer["counts"]
        return counts

    def both(self, folder: Path) -> Found:
        """way of loading -> split -> label -> images."""
        return {way: self.opened(folder, way) for way in WAYS}


def loaded(folder: Path, cache: Path) -> Found:
    """For one folder alone."""
    with HuggingFace(cache) as opened:
        return opened.both(folder)


def _label(row: dict[str, Any], features: Any) -> str:
    """As the format has it: a text, a class, or the text beside a class that may be none."""
    if "label_name" in row:
        return str(row["label_name"] or "")
    if "json" in row:
        return str(row["json"]["label"])
    if "label" not in row:
        return "(no label)"
    named = features["label"]
    return str(named.int2str(row["label"]) if hasattr(named, "int2str") else row["label"])


def _counted(data: Any) -> Counts:
    counts: dict[str, Counter[str]] = {}
    for split, rows in data.items():
        counts[split] = Counter()
        for row in rows:
            picture = next(value for value in row.values() if hasattr(value, "load"))
            picture.load()
            counts[split][_label(row, rows.features)] += 1
    return {split: dict(inside) for split, inside in counts.items()}


def _answer(request: dict[str, str]) -> dict[str, Any]:
    from datasets import load_dataset

    folder = request["folder"]
    # Folders of one name whose pictures are hard links to the same files are one thing to its cache.
    with TemporaryDirectory() as cache:
        try:
            if request["way"] == "path":
                return {"counts": _counted(load_dataset(folder, cache_dir=cache))}
            return {"counts": _counted(load_dataset(request["way"], data_dir=folder, cache_dir=cache))}
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            return {"error": f"{type(error).__name__}: {error} ({error.__cause__!r})"[:4000]}


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the library prints is no answer
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), file=answers, flush=True)
