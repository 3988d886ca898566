"""The imagefolder format: ``<split>/<class>/<file>``, with metadata beside it.

Hugging Face ``datasets``, torchvision, Ultralytics and FiftyOne read it; which traps of theirs it walks
round is told in docs/reference/dataset-folder.md.
"""

from collections.abc import Iterator

import msgspec

from pixcrawler.adapters.exporters.form import Form, Seen, data_files
from pixcrawler.adapters.exporters.records import all_measured, from_text, metadata_line
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.target import Reading
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.statistics import Statistics

_LOADING = """\
```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder")
data["train"][0]  # {"image": ..., "label": "...", "license": "...", ...}
```

torchvision's `ImageFolder` and Ultralytics read `train/`, `val/` and `test/` as they are. Class folders
carry names that no loader mistakes for something else; `label` in the metadata is the true name.
"""


class _Record(msgspec.Struct):
    """What counts of a line in ``metadata.jsonl``."""

    file_name: str
    label: str


class Imagefolder(Form):
    id = "imagefolder"
    files = (
        ("<split>/<class>/<id>.<format>", "the images; `id` begins the SHA-256 of what was fetched"),
        ("<split>/metadata.jsonl", "label and origin of each image of the split, for loaders"),
    )

    def __init__(self) -> None:
        self._splits: dict[str, None] = {}

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        measured = all_measured(layout)
        for image in layout:
            self._splits[image.split] = None
            texts.write(f"{image.split}/metadata.jsonl", metadata_line(image, measured=measured))
            yield image

    def front_matter(self, stats: Statistics) -> Iterator[str]:
        return data_files((split, f"{split}/**") for split in stats.splits)

    def loading(self) -> str:
        return _LOADING

    def read_back(self, reading: Reading) -> Iterator[Seen]:
        decode = msgspec.json.Decoder(_Record).decode
        for split in self._splits:
            with reading.open(f"{split}/metadata.jsonl") as lines:
                for record in map(decode, lines):
                    yield Seen(split, from_text(record.label), f"{split}/{record.file_name}")
