"""Label files as YAML 1.1 and 1.2 mappings; every text is quoted, so none becomes a date or a number."""

import json
from collections.abc import Iterator, Sequence

from pixcrawler.adapters.exporters.label_files import Fields, LabelFiles, Value, files_of
from pixcrawler.adapters.exporters.quoting import in_yaml_as_it_is

_READING = """\
```python
import yaml

with open("path/to/this/folder/train/labels/cat/0123456789abcdef.yaml", encoding="utf-8") as file:
    category = yaml.safe_load(file)["category"]
```
"""


class LabelsYaml(LabelFiles):
    id = "labels-yaml"
    suffix = "yaml"
    files = files_of(suffix)

    @staticmethod
    def one(fields: Fields) -> bytes:
        return "".join(f"{line}\n" for line in _lines(fields)).encode()

    @staticmethod
    def many(rows: Sequence[Fields]) -> bytes:
        return "".join("- " + "\n  ".join(_lines(row)) + "\n" for row in rows).encode()

    def reading(self) -> str:
        return _READING


def _lines(fields: Fields) -> Iterator[str]:
    for name, value in fields.items():
        yield f"{name}: {_scalar(value)}"


def _scalar(value: Value) -> str:
    if isinstance(value, str):
        return in_yaml_as_it_is(value)
    if value is None or isinstance(value, int | float):
        return json.dumps(value)
    return f"[{', '.join(map(in_yaml_as_it_is, value))}]"
