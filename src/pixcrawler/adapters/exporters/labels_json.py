"""Label files as JSON objects."""

from collections.abc import Sequence

import msgspec

from pixcrawler.adapters.exporters.label_files import Fields, LabelFiles, files_of

_READING = """\
```python
import json

with open("path/to/this/folder/train/labels/cat/0123456789abcdef.json", encoding="utf-8") as file:
    category = json.load(file)["category"]
```
"""


class LabelsJson(LabelFiles):
    id = "labels-json"
    suffix = "json"
    files = files_of(suffix)

    @staticmethod
    def one(fields: Fields) -> bytes:
        return msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n"

    @staticmethod
    def many(rows: Sequence[Fields]) -> bytes:
        return msgspec.json.format(msgspec.json.encode(rows), indent=2) + b"\n"

    def reading(self) -> str:
        return _READING
