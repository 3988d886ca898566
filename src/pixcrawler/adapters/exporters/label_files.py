"""What the four formats with label files have in common: pictures by class, a file about each, an index.

The names in the files are those of the first design: ``category``, ``keyword``, ``image_path`` and so on.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from pixcrawler.adapters.exporters.metadata import IMAGES, LOADING, METADATA, METADATA_FILE, WithMetadata
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.class_names import class_folders
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import Manifest

Value = str | int | float | None | Sequence[str]
Fields = Mapping[str, Value]

_IMAGES = "images/"


def files_of(suffix: str) -> tuple[tuple[str, str], ...]:
    return (
        ("<split>/images/<class>/<id>.<format>", IMAGES),
        (f"<split>/labels/<class>/<id>.{suffix}", "what is known of the image of this name"),
        (f"<split>/category_index.{suffix}", "number, name, folder and images of each class"),
        METADATA_FILE,
    )


class LabelFiles(WithMetadata):
    """``suffix`` is that of the label files."""

    suffix: ClassVar[str]
    pictures = (METADATA, "images/**")

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, int] = {}

    @staticmethod
    @abstractmethod
    def one(fields: Fields) -> bytes:
        """A file about one image. Any text comes back out of it, and nothing else."""

    @staticmethod
    @abstractmethod
    def many(rows: Sequence[Fields]) -> bytes:
        """A file about several things with the same fields; ``rows`` are not empty."""

    @abstractmethod
    def reading(self) -> str:
        """How one label file is read, in Markdown."""

    @staticmethod
    def folders(labels: Iterable[str]) -> Mapping[str, str]:
        return {label: _IMAGES + folder for label, folder in class_folders(labels).items()}

    def begin(self, manifest: Manifest, options: ExportOptions, layout: Layout) -> None:
        del manifest, options
        self._numbers = {label: number for number, label in enumerate(sorted(layout.folders))}

    def beside(self, image: Placed) -> Iterable[tuple[str, bytes]]:
        folder, stem = image.folder.removeprefix(_IMAGES), image.name.rpartition(".")[0]
        name = f"{image.split}/labels/{folder}/{stem}.{self.suffix}"
        return ((name, self.one(fields_of(image, self._numbers[image.row.label]))),)

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        counts: Counter[tuple[str, str]] = Counter()
        for image in super().passing(layout, texts):
            counts[image.split, image.row.label] += 1
            yield image
        for split in self.splits:
            rows: list[Fields] = [
                {
                    "class_id": number,
                    "category": label,
                    "folder": layout.folders[label].removeprefix(_IMAGES),
                    "images": counts[split, label],
                }
                for label, number in self._numbers.items()
            ]
            texts.write(f"{split}/category_index.{self.suffix}", self.many(rows))

    def loading(self) -> str:
        return f"{LOADING}\n{self.reading()}"


def fields_of(image: Placed, number: int) -> Fields:
    """What a label file says; not known is None. ``timestamp`` is when the picture was fetched."""
    row = image.row
    return {
        "category": row.label,
        "class_id": number,
        "labels": row.labels or (row.label,),
        "keyword": row.query,
        "image_path": image.path,
        "filename": image.name,
        "width": row.width,
        "height": row.height,
        "format": row.format,
        "size": row.bytes,
        "timestamp": row.retrieved_at,
        "sha256": row.sha256,
        "title": row.title,
        "author": row.author,
        "license": row.license,
        "license_url": row.license_url,
        "attribution": row.attribution,
        "source": row.source,
        "page_url": row.page_url,
        "image_url": row.image_url,
        "label_source": row.label_source,
        "label_confidence": row.label_confidence,
    }
