"""What was found in a container: every file's size and digest, in some hundred bytes each."""

from collections.abc import Iterator
from typing import NamedTuple

MANIFEST, STATS, SUMS, TOMBSTONES = "manifest.jsonl", "stats.json", "SHA256SUMS", "tombstones.jsonl"
DESCRIBING = frozenset({MANIFEST, STATS, SUMS, TOMBSTONES})
"""Files that say what the others should be."""

BESIDE = frozenset({"report.html", ".pixcrawler.json", ".pixcrawler.lock", ".pixcrawler-demo"})
"""What ``pixcrawler crawl`` keeps in a dataset's folder: its report, and its notes. An archive has them if
somebody packed the folder."""

PARTS = ".pixcrawler-part-"
"""How names begin of what is being written into a folder; one that was killed leaves it to the next."""

PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif"})


class Found(NamedTuple):
    """Size in bytes and SHA-256 of a content."""

    size: int
    digest: bytes


class Inventory:
    """Files by name, and samples of WebDataset shards by ``<shard>/<key>.<extension>``."""

    def __init__(self) -> None:
        self.files: dict[str, Found] = {}
        self.samples: dict[str, Found] = {}
        self.root = ""

    def settle_root(self) -> bool:
        """Find the folder that the dataset is in: none, or one for all of it. False: there is no dataset."""
        for name in (MANIFEST, SUMS, STATS):
            if name in self.files:
                return True
        for name in self.files:
            folder, slash, rest = name.partition("/")
            if slash and rest in DESCRIBING - {TOMBSTONES}:
                self.root = f"{folder}/"
                return True
        return False

    def get(self, name: str) -> Found | None:
        """The file of this name, relative to the root."""
        return self.files.get(self.root + name)

    def sample(self, shard: str, key: str, extension: str) -> tuple[str, Found] | None:
        """The picture of this key, and its name relative to the root. It has the extension of its format, or
        ``jpg`` in a dataset of several formats: loaders want one name for all."""
        for name in (f"{shard}/{key}.{extension}", f"{shard}/{key}.jpg"):
            if (found := self.samples.get(self.root + name)) is not None:
                return name, found
        return None

    def __iter__(self) -> Iterator[str]:
        """Names relative to the root; those outside of it with ``../`` before them."""
        for name in self.files:
            yield name.removeprefix(self.root) if name.startswith(self.root) else f"../{name}"


def is_picture(name: str) -> bool:
    """By its extension."""
    return name.rpartition(".")[2].lower() in PICTURES
