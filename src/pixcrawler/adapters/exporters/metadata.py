"""What formats have in common whose splits hold a ``metadata.jsonl`` for Hugging Face ``datasets``."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from pixcrawler.adapters.exporters.form import Form, Seen, data_files
from pixcrawler.adapters.exporters.records import all_measured, from_text, metadata_line
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.target import Reading
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.statistics import Statistics

METADATA = "metadata.jsonl"

METADATA_FILE = (f"<split>/{METADATA}", "label and origin of each image of the split, for loaders")
IMAGES = "the images; `id` begins the SHA-256 of what was fetched"

LOADING = """\
```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder")
data["train"][0]  # {"image": ..., "label": "...", "license": "...", ...}
```
"""


class Record(msgspec.Struct):
    """What counts of a line in ``metadata.jsonl``."""

    file_name: str
    label: str


class WithMetadata(Form):
    """``pictures`` is where in a split's folder its pictures stand, as patterns of paths."""

    pictures: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self.splits: dict[str, None] = {}

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        measured = all_measured(layout)
        for image in layout:
            self.splits[image.split] = None
            texts.write(f"{image.split}/{METADATA}", metadata_line(image, measured=measured))
            yield image

    def front_matter(self, stats: Statistics) -> Iterator[str]:
        return data_files(
            (split, *(f"{split}/{pattern}" for pattern in self.pictures)) for split in stats.splits
        )

    def read_back(self, reading: Reading) -> Iterator[Seen]:
        for split in self.splits:
            for record in self.records(reading, split):
                yield Seen(split, record.label, f"{split}/{record.file_name}")

    @staticmethod
    def records(reading: Reading, split: str) -> Iterator[Record]:
        """The lines of the split's ``metadata.jsonl``, with the true labels."""
        decode = msgspec.json.Decoder(Record).decode
        with reading.open(f"{split}/{METADATA}") as lines:
            for record in map(decode, lines):
                yield Record(record.file_name, from_text(record.label))
