"""The csv format: pictures in one folder per split, and a table for each split.

Hugging Face ``datasets`` guesses types from CSV, split by split: ``007`` becomes 7 and ``NA`` nothing. So
what it loads is ``metadata.jsonl``; the tables are for everybody else.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from pixcrawler.adapters.exporters.cells import csv_line, exact_cell, from_exact_cell
from pixcrawler.adapters.exporters.form import Seen
from pixcrawler.adapters.exporters.metadata import IMAGES, LOADING, METADATA, METADATA_FILE, WithMetadata
from pixcrawler.adapters.exporters.quoting import in_cell
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.target import Reading
from pixcrawler.domain.datasets.layout import Layout, Placed

COLUMNS = (
    "file_name",
    "label",
    "labels",
    "id",
    "sha256",
    "width",
    "height",
    "format",
    "bytes",
    "license",
    "license_url",
    "author",
    "author_url",
    "attribution",
    "title",
    "source",
    "page_url",
    "image_url",
    "query",
    "label_source",
    "label_confidence",
    "dedup_group",
    "retrieved_at",
)
_OWN = ("file_name", "label", "labels")

_TABLES = """
The tables are for everything else. Without these options pandas makes 7 of a label `007` and nothing of `NA`:

```python
import pandas

train = pandas.read_csv("path/to/this/folder/train.csv", dtype={"label": str}, keep_default_na=False)
```

A label that a spreadsheet would run as a formula has a `'` before it. `labels` is a JSON array.
"""


class Csv(WithMetadata):
    id = "csv"
    files = (
        ("<split>/images/<id>.<format>", IMAGES),
        ("<split>.csv", "a table of the split: one line per image; not known is empty"),
        METADATA_FILE,
    )
    pictures = (METADATA, "images/**")

    @staticmethod
    def folders(labels: Iterable[str]) -> Mapping[str, str]:
        return dict.fromkeys(labels, "images")

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        for image in super().passing(layout, texts):
            if image.split not in self._headed:
                self._headed.add(image.split)
                texts.write(f"{image.split}.csv", csv_line(COLUMNS))
            texts.write(f"{image.split}.csv", table_line(image))
            yield image

    def __init__(self) -> None:
        super().__init__()
        self._headed: set[str] = set()

    def loading(self) -> str:
        return LOADING + _TABLES

    def read_back(self, reading: Reading) -> Iterator[Seen]:
        for split in self.splits:
            with (
                reading.open(f"{split}.csv") as raw,
                io.TextIOWrapper(raw, encoding="utf-8", newline="") as lines,
            ):
                try:
                    for row in csv.DictReader(lines, strict=True):
                        yield Seen(split, from_exact_cell(row["label"]), row["file_name"])
                except csv.Error as error:
                    raise ValueError(str(error)) from error


def table_line(image: Placed) -> bytes:
    """A line of its split's table. Labels are exact, other texts on one line; what is not known is empty."""
    row = image.row
    labels = json.dumps(row.labels or (row.label,), ensure_ascii=False)
    known = (getattr(row, name) for name in COLUMNS[len(_OWN) :])
    return csv_line(
        (image.path, exact_cell(row.label), labels, *(_cell(value) for value in known)),
    )


def _cell(value: str | float | None) -> str | float:
    if value is None:
        return ""
    return in_cell(value) if isinstance(value, str) else value
