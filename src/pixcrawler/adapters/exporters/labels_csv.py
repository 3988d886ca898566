"""Label files as CSV: a line of names and a line of values."""

import json
from collections.abc import Sequence

from pixcrawler.adapters.exporters.cells import csv_line, exact_cell
from pixcrawler.adapters.exporters.label_files import Fields, LabelFiles, Value, files_of
from pixcrawler.adapters.exporters.quoting import in_cell

_READING = """\
```python
import csv

with open("path/to/this/folder/train/labels/cat/0123456789abcdef.csv", encoding="utf-8", newline="") as file:
    category = next(csv.DictReader(file))["category"]
```

A category that a spreadsheet would run as a formula has a `'` before it. `labels` is a JSON array.
"""


class LabelsCsv(LabelFiles):
    id = "labels-csv"
    suffix = "csv"
    files = files_of(suffix)

    @staticmethod
    def one(fields: Fields) -> bytes:
        return LabelsCsv.many([fields])

    @staticmethod
    def many(rows: Sequence[Fields]) -> bytes:
        lines = [csv_line(rows[0])]
        lines += [csv_line(_cell(name, value) for name, value in row.items()) for row in rows]
        return b"".join(lines)

    def reading(self) -> str:
        return _READING


def _cell(name: str, value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, str):
        return exact_cell(value) if name in ("category", "folder", "image_path") else in_cell(value)
    if isinstance(value, int | float):
        return value
    return json.dumps(value, ensure_ascii=False)
