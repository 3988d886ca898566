"""The coco format: ``<split>/data/<file>`` and ``<split>/labels.json``; pycocotools and FiftyOne read it.

COCO (cocodataset.org/#format-data) is made for boxes. Here a box is the whole picture and says what class
the picture has; the file and the card say so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import msgspec

from pixcrawler.adapters.exporters.form import Seen
from pixcrawler.adapters.exporters.metadata import IMAGES, LOADING, METADATA, METADATA_FILE, WithMetadata
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.application.ports.target import Reading
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow

_NOTE = "Labels are of whole pictures: each box is its picture's outline, and nobody drew it."
_COCO = f"""
```python
from pycocotools.coco import COCO

coco = COCO("path/to/this/folder/train/labels.json")
[coco.cats[one["category_id"]]["name"] for one in coco.imgToAnns[1]]
```

FiftyOne opens a split as `COCODetectionDataset`, torchvision as `CocoDetection`. {_NOTE} A picture without
an annotation has no label; the first annotation of a picture is its class.
"""

_encode = msgspec.json.Encoder().encode


class _Image(msgspec.Struct):
    id: int
    file_name: str


class _Annotation(msgspec.Struct):
    image_id: int
    category_id: int


class _Category(msgspec.Struct):
    id: int
    name: str


class _Head(msgspec.Struct):
    """Everything but the records of images and annotations."""

    info: dict[str, Any]
    licenses: list[dict[str, Any]]
    categories: list[_Category]
    images: list[None]
    annotations: list[None]


class Coco(WithMetadata):
    id = "coco"
    files = (
        ("<split>/data/<id>.<format>", IMAGES),
        ("<split>/labels.json", "image-level classes in COCO's notation"),
        METADATA_FILE,
    )
    pictures = (METADATA, "data/**")

    def __init__(self) -> None:
        super().__init__()
        self._head = b""
        self._licenses: dict[str, int] = {}
        self._categories: dict[str, int] = {}

    @staticmethod
    def folders(labels: Iterable[str]) -> Mapping[str, str]:
        return dict.fromkeys(labels, "data")

    def begin(self, manifest: Manifest, options: ExportOptions, layout: Layout) -> None:
        links: dict[str, str] = {}
        labels: set[str] = set()
        last = ""
        for image in layout:
            row = image.row
            links[row.license] = links.get(row.license) or row.license_url or ""
            labels.update(_labels(row))
            last = max(last, row.retrieved_at)
        self._licenses = _numbered(links)
        self._categories = _numbered(labels)
        self._head = _head(
            info={
                "description": options.name,
                "url": "",
                "version": str(manifest.version),
                "year": int(last[:4] or 0),
                "contributor": manifest.facts.tool,
                "date_created": last,
                "note": _NOTE,
            },
            licenses=[{"id": id_, "name": name, "url": links[name]} for name, id_ in self._licenses.items()],
            categories=[
                {"id": id_, "name": name, "supercategory": ""} for name, id_ in self._categories.items()
            ],
        )

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        records = _Records(texts)
        for number, image in enumerate(super().passing(layout, texts), 1):
            records.add(image.split, self._head, self._image(image, number))
            yield image
        records.end(b"\n],\n")
        annotations = 0
        for number, image in enumerate(layout, 1):
            for label in _labels(image.row):
                annotations += 1
                record = _annotation(image.row, number, annotations, self._categories[label])
                records.add(image.split, b'"annotations":[\n', record)
        for split in self.splits:
            records.begin(split, b'"annotations":[\n')
        records.end(b"\n]}\n")

    def _image(self, image: Placed, number: int) -> bytes:
        row = image.row
        record: dict[str, Any] = {
            "id": number,
            "file_name": image.name,
            "width": row.width,
            "height": row.height,
            "license": self._licenses[row.license],
            "coco_url": row.image_url,
            "date_captured": row.retrieved_at.replace("T", " ").removesuffix("Z"),
        }
        if _of_flickr(row):
            record["flickr_url"] = row.image_url
        return _encode(record)

    def loading(self) -> str:
        return LOADING + _COCO

    def read_back(self, reading: Reading) -> Iterator[Seen]:
        for split in self.splits:
            with reading.open(f"{split}/labels.json") as lines:
                for name, label in _read(lines):
                    yield Seen(split, label, f"{split}/data/{name}")


class _Records:
    """Writes arrays of records, one on a line, into the ``labels.json`` of each split."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._open: set[str] = set()

    def begin(self, split: str, head: bytes) -> bool:
        """With ``head`` when it is the split's first."""
        first = split not in self._open
        if first:
            self._open.add(split)
            self._texts.write(f"{split}/labels.json", head)
        return first

    def add(self, split: str, head: bytes, record: bytes) -> None:
        between = b"" if self.begin(split, head) else b"\n,"
        self._texts.write(f"{split}/labels.json", between + record)

    def end(self, tail: bytes) -> None:
        for split in self._open:
            self._texts.write(f"{split}/labels.json", tail)
        self._open.clear()


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(names), 1)}


def _head(**parts: object) -> bytes:
    """The beginning of the file, a line for each part, up to the first record."""
    lines = (b'"%b":%b,\n' % (name.encode(), _encode(part)) for name, part in parts.items())
    return b"{" + b"".join(lines) + b'"images":[\n'


def _annotation(row: ManifestRow, image: int, number: int, category: int) -> bytes:
    return _encode(
        {
            "id": number,
            "image_id": image,
            "category_id": category,
            "bbox": [0, 0, row.width, row.height],
            "area": row.width * row.height,
            "iscrowd": 0,
            "segmentation": [],
        }
    )


def _labels(row: ManifestRow) -> list[str]:
    """Its class first; none for a picture without a label."""
    return [label for label in dict.fromkeys((row.label, *row.labels)) if label]


def _of_flickr(row: ManifestRow) -> bool:
    try:
        host = urlsplit(row.image_url).hostname or ""
    except ValueError:
        return False
    return host == "flickr.com" or host.endswith((".flickr.com", ".staticflickr.com"))


def _read(lines: BinaryIO) -> Iterator[tuple[str, str]]:
    """(file name, label) of every image. Records are looked at one by one, what is left without them must
    be JSON too, so the file is never held as a whole. Raises ValueError."""
    skeleton = bytearray()
    names: dict[int, str] = {}
    classes: dict[int, int] = {}
    image, annotation = msgspec.json.Decoder(_Image).decode, msgspec.json.Decoder(_Annotation).decode
    first, annotations = True, False
    for line in lines:
        if not line.startswith((b'{"id":', b',{"id":')):
            skeleton += line
            first, annotations = True, b'"annotations":' in line
            continue
        if line.startswith(b",") == first:
            raise ValueError("Records are not separated as JSON wants it.")
        first = False
        if annotations:
            said = annotation(line.lstrip(b","))
            classes.setdefault(said.image_id, said.category_id)
        else:
            shown = image(line.lstrip(b","))
            names[shown.id] = shown.file_name
    head = msgspec.json.decode(bytes(skeleton), type=_Head)
    labels = {category.id: category.name for category in head.categories}
    for number, name in names.items():
        yield name, labels[classes[number]] if number in classes else ""
