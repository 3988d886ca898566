"""The jsonl format: pictures in one folder per split, and ``metadata.jsonl`` beside it."""

from collections.abc import Iterable, Mapping

from pixcrawler.adapters.exporters.metadata import IMAGES, LOADING, METADATA, METADATA_FILE, WithMetadata

_PANDAS = """
Without `dtype=False` pandas makes 7 of a label `007`:

```python
import pandas

train = pandas.read_json("path/to/this/folder/train/metadata.jsonl", lines=True, dtype=False)
```
"""


class Jsonl(WithMetadata):
    id = "jsonl"
    files = (("<split>/images/<id>.<format>", IMAGES), METADATA_FILE)
    pictures = (METADATA, "images/**")

    @staticmethod
    def folders(labels: Iterable[str]) -> Mapping[str, str]:
        return dict.fromkeys(labels, "images")

    def loading(self) -> str:
        return LOADING + _PANDAS
