"""The yolo format: ``<split>/<class>/<file>`` and nothing else in there, as Ultralytics classifies.

Ultralytics (8.4) and torchvision's ``ImageFolder``, which it rests on, take every folder for a class and skip
without an error what they cannot read. What they would skip is refused here.
"""

from collections import Counter
from collections.abc import Iterator

import msgspec

from pixcrawler.adapters.exporters.form import Form, Seen, data_files
from pixcrawler.adapters.exporters.metadata import IMAGES
from pixcrawler.adapters.exporters.quoting import in_markdown
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.application.ports.target import Reading
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.errors import CannotConvert
from pixcrawler.domain.datasets.format_limits import LIMITS
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow
from pixcrawler.domain.datasets.splits import SPLITS
from pixcrawler.domain.datasets.statistics import Statistics

TAKEN = LIMITS["yolo"]
NAMED = 10
"""Classes that the card names before it only counts."""

_CLASSES = "classes.json"
_LOADING = f"""\
```python
from ultralytics import YOLO

YOLO("yolo11n-cls.pt").train(data="path/to/this/folder")
```

```python
from torchvision.datasets import ImageFolder

train = ImageFolder("path/to/this/folder/train")
```

Classes are called like their folders; `{_CLASSES}` has the true name and the number of each.
"""


class Class(msgspec.Struct):
    """``id`` is the number that readers give to the class of this folder, from 0 in the order of names."""

    id: int
    folder: str
    label: str
    images: dict[str, int]


class Yolo(Form):
    id = "yolo"
    files = (
        ("<split>/<class>/<id>.<format>", IMAGES),
        (_CLASSES, "number, folder and true name of each class, and its images in each split"),
    )

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def begin(self, manifest: Manifest, options: ExportOptions, layout: Layout) -> None:
        del manifest
        formats: Counter[str] = Counter()
        small, least = 0, TAKEN.shortest_side
        for image in layout:
            self._labels[image.folder] = image.row.label
            self._counts[image.split, image.folder] += 1
            formats[_format(image.row, options.conversion)] += 1
            small += _shorter_side(image.row, options.conversion) < least
        skipped = {name: count for name, count in sorted(formats.items()) if name not in TAKEN.kinds}
        if skipped:
            said = " and ".join(f"{count:,} {name.upper()}" for name, count in skipped.items())
            raise CannotConvert(
                f"Ultralytics or torchvision would skip {said} pictures without a word; convert them"
                " (--convert jpeg), or leave them out.",
                field="conversion",
            )
        if small:
            raise CannotConvert(
                f"Ultralytics would skip {small:,} pictures with a side of less than {least} pixels"
                f" without a word; leave them out (--min-size {least}x{least}).",
                field="conversion",
            )

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        yield from layout
        classes = [
            Class(number, folder, self._labels[folder], self._images(folder))
            for number, folder in enumerate(sorted(self._labels))
        ]
        texts.write(_CLASSES, msgspec.json.format(msgspec.json.encode(classes), indent=2) + b"\n")

    def _images(self, folder: str) -> dict[str, int]:
        return {split: self._counts[split, folder] for split in self._splits()}

    def _splits(self) -> list[str]:
        return [split for split in SPLITS if any(split == one for one, _ in self._counts)]

    def front_matter(self, stats: Statistics) -> Iterator[str]:
        return data_files((split, f"{split}/**") for split in stats.splits)

    def loading(self) -> str:
        return _LOADING + "".join(f"\n{warning}\n" for warning in self._warnings())

    def _warnings(self) -> Iterator[str]:
        splits = self._splits()
        if splits == ["train"]:
            yield "There is no `val` and no `test`; Ultralytics does not train without: export with a split."
        elif "val" not in splits:
            yield "There is no `val`: Ultralytics validates on `test`."
        for split in splits:
            lacking = [folder for folder in sorted(self._labels) if not self._counts[split, folder]]
            if lacking:
                yield (
                    f"`{split}` has no image of {_listed(lacking)}. torchvision numbers the classes of each"
                    f" split anew: go by `{_CLASSES}`. Ultralytics complains and matches classes by name."
                )

    def read_back(self, reading: Reading) -> Iterator[Seen]:
        with reading.open(_CLASSES) as file:
            classes = msgspec.json.decode(file.read(), type=list[Class])
        labels = {one.folder: one.label for one in classes}
        for name, _ in reading.files():
            split, _, rest = name.partition("/")
            if rest:
                yield Seen(split, labels[rest.partition("/")[0]], name)


def _format(row: ManifestRow, conversion: Conversion | None) -> str:
    """Of the file that will be written, as its name ends."""
    if conversion is None or conversion.format is None:
        return row.format
    return conversion.format.extension


def _shorter_side(row: ManifestRow, conversion: Conversion | None) -> int:
    """Of the file that will be written, in pixels, as far as one can say now."""
    shorter, longer = sorted((row.width, row.height))
    if conversion is None or conversion.max_side is None or longer <= conversion.max_side:
        return shorter
    return round(shorter * conversion.max_side / longer)


def _listed(folders: list[str]) -> str:
    named = ", ".join(f"“{in_markdown(folder)}”" for folder in folders[:NAMED])
    more = len(folders) - NAMED
    return f"{named} and {more:,} more" if more > 0 else named
