"""Opens folders with ``mlcroissant`` and prints, as JSON, what each says and holds.

A program of its own: the library takes over logging when it is imported.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TypedDict


class Described(TypedDict):
    """``issues`` are errors and warnings. ``records`` counts each record set, ``labels`` is split -> label ->
    images that decode, in the record set ``images`` where there is one and else in ``manifest``."""

    issues: list[str]
    name: str
    licenses: list[str]
    records: dict[str, int]
    labels: dict[str, dict[str, int]]
    classes: list[str]


def described(*folders: Path) -> list[Described]:
    """Each folder as the library sees it. Fails with its complaint."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, *map(str, folders)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: list[Described] = json.loads(done.stdout.splitlines()[-1])
    return found


def _text(value: bytes | None) -> str:
    return (value or b"").decode()


def _labels(records: list[Any], of: str) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for record in records:
        if f"{of}/image" in record:
            record[f"{of}/image"].load()
        label = record.get(f"{of}/label_name", record[f"{of}/label"])
        counts.setdefault(_text(record[f"{of}/split"]), Counter())[_text(label)] += 1
    return {split: dict(inside) for split, inside in counts.items()}


def _described(folder: str) -> Described:
    import mlcroissant

    dataset = mlcroissant.Dataset(f"{folder}/croissant.json")
    metadata = dataset.metadata
    # What was joined is there for one reader only.
    records = {one.uuid: list(dataset.records(one.uuid)) for one in metadata.record_sets}
    of = "images" if "images" in records else "manifest"
    return {
        "issues": [*metadata.ctx.issues.errors, *metadata.ctx.issues.warnings],
        "name": metadata.name,
        "licenses": [one if isinstance(one, str) else one.name for one in metadata.license],
        "records": {name: len(found) for name, found in records.items()},
        "labels": _labels(records.get(of, []), of),
        "classes": [one["classes/name"] for one in records.get("classes", [])],
    }


if __name__ == "__main__":
    print(json.dumps([_described(folder) for folder in sys.argv[1:]]))
