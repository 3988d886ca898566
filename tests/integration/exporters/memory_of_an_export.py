"""How much memory an export takes, in a process of its own: ``python -m … FORMAT IMAGES BYTES ARCHIVE ROOM``
prints the peak in bytes and the images that were counted in the end. ARCHIVE is ``folder`` for none; all
others go into the store.

All images are the same BYTES, so that the store is small; rows are decoded as they are asked for.
"""

import asyncio
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.manifest import CrawlFacts
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.datasets.stored_manifest import Header, line, read
from tests.fakes import manifests
from tests.fakes.exports import archive_target, exported, silent

KEY = "images/aa/one"


class Lines:
    """A stored manifest that is made whenever somebody goes through it."""

    def __init__(self, images: int, size: int) -> None:
        self._images, self._size = images, size

    def __iter__(self) -> Iterator[bytes]:
        facts = CrawlFacts(classes=tuple(f"class {number:03}" for number in range(100)))
        yield line(Header(dataset="Large", version=1, images=self._images, rejected={}, facts=facts))
        row = manifests.row(0, "", key=KEY, bytes=self._size)
        for number in range(self._images):
            digest = hashlib.sha256(b"%d" % number).hexdigest()
            label = f"class {number * 100 // self._images:03}"
            yield line(
                msgspec.structs.replace(
                    row, sha256=digest, label=label, image_url=f"https://x.example/{number}"
                )
            )


def peak() -> int:
    """Of this process, as the kernel counts it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


async def main(name: str, images: int, size: int, archive: str, room: Path) -> None:
    store = LocalObjectStore(room / "store")
    await store.put(KEY, bytes(size))
    options = ExportOptions(name="Large", splits=parse_split("80/10/10"))
    manifest = read(Lines(images, size))
    if archive == "folder":
        summary = await exported(FORMATS[name], manifest, options, store, room / "out")
    else:
        async with (
            archive_target(Archive(archive), store, room / "made") as target,
            StoredPictures(store) as pictures,
        ):
            summary = await FORMATS[name].write(manifest, options, pictures, target, progress=silent)
    print(peak(), summary.images)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], Path(sys.argv[5])))
