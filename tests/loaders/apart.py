"""Opens a folder with torchvision and Ultralytics and prints what they find, as JSON.

A program for the Python of ``.cache/loaders``, which has nothing of ours. It answers

    {"torchvision": {split: {class: images}}, "ultralytics": the same, "names": {number: class}}

and, for ``train FOLDER``, what a run of one epoch ends with. What a library complains of ends the program.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

SPLITS = ("train", "val", "test")


def with_torchvision(folder: Path) -> dict[str, Any]:
    from torchvision.datasets import ImageFolder

    counts: dict[str, Counter[str]] = {}
    for split in SPLITS:
        if (folder / split).is_dir():
            data = ImageFolder(str(folder / split))
            counts[split] = Counter(data.classes[number] for _, number in (data[k] for k in range(len(data))))
    return counts


def with_ultralytics(folder: Path) -> tuple[dict[str, Any], dict[int, str]]:
    from ultralytics.cfg import get_cfg
    from ultralytics.data.dataset import ClassificationDataset
    from ultralytics.data.utils import check_cls_dataset

    found = check_cls_dataset(folder, split="val")
    counts: dict[str, Counter[str]] = {}
    for split in SPLITS:
        if found[split] is not None:
            options = get_cfg(overrides={"task": "classify", "imgsz": 32})
            data = ClassificationDataset(found[split], options, prefix=split, names=found["names"])
            counts[split] = Counter(found["names"][data[k]["cls"]] for k in range(len(data)))
    return counts, found["names"]


def train(folder: Path) -> dict[str, Any]:
    from ultralytics import YOLO

    model = YOLO("yolo11n-cls.yaml")
    done = model.train(
        data=str(folder),
        epochs=1,
        imgsz=32,
        batch=16,
        workers=0,
        device="cpu",
        plots=False,
        project=mkdtemp(),
    )
    return {"names": model.names, "top1": float(done.top1)}


def opened(folder: Path) -> dict[str, Any]:
    counts, names = with_ultralytics(folder)
    return {"torchvision": with_torchvision(folder), "ultralytics": counts, "names": names}


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the libraries print is no answer
    verb, where = sys.argv[1:]
    print(json.dumps((train if verb == "train" else opened)(Path(where))), file=answers, flush=True)
