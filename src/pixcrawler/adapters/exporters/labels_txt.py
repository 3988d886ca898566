"""Label files as lines of ``name: value``."""

import json
from collections.abc import Sequence

from pixcrawler.adapters.exporters.label_files import Fields, LabelFiles, Value, files_of
from pixcrawler.adapters.exporters.quoting import in_json

_READING = """\
A label file has a line for each field; its text is written like a JSON string without the quotes:

```python
import json
from pathlib import Path

lines = Path("path/to/this/folder/train/labels/cat/0123456789abcdef.txt").read_text("utf-8").splitlines()
fields = dict(line.split(": ", 1) for line in lines)
category = json.loads(f'"{fields["category"]}"')
```
"""


class LabelsTxt(LabelFiles):
    """Several records have an empty line between them."""

    id = "labels-txt"
    suffix = "txt"
    files = files_of(suffix)

    @staticmethod
    def one(fields: Fields) -> bytes:
        return "".join(f"{name}: {_text(value)}\n" for name, value in fields.items()).encode()

    @staticmethod
    def many(rows: Sequence[Fields]) -> bytes:
        return b"\n".join(map(LabelsTxt.one, rows))

    def reading(self) -> str:
        return _READING


def _text(value: Value) -> str:
    """On one line, whatever it is."""
    if value is None:
        return ""
    if isinstance(value, str):
        return in_json(value)[1:-1]
    if isinstance(value, int | float):
        return json.dumps(value)
    return f"[{', '.join(map(in_json, value))}]"
