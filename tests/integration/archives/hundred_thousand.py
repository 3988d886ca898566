"""Write an archive of 100,000 pictures, open it again, pack it for the warm tier and unpack it; print the
most memory that this process ever held, in MiB. A program of its own: `python -m … KIND FOLDER`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from pixcrawler.adapters.archives.repack import ArchiveRepacker
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.target import StoredFile
from pixcrawler.domain.datasets.archive import Archive
from tests.contract.archives import never, opened

COUNT = 100_000
BODY = bytes(range(256)) * 4
AT_ONCE = 128


class OnePicture(LocalObjectStore):
    """Has the same picture under every key."""

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        return [bytes(bytearray(BODY)) for _ in keys]


async def write(archive: Archive, room: Path) -> None:
    store = OnePicture(room / "store")
    async with opened(store, room, archive) as target:
        for start in range(0, COUNT, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, COUNT))
            await target.place(
                [StoredFile(f"train/class {n % 100}/{n:016x}.jpg", f"{n:064x}", len(BODY)) for n in numbers]
            )
        reading = await target.finish()
        assert sum(1 for _ in reading.files()) == COUNT
        with reading.open(f"train/class {(COUNT - 1) % 100}/{COUNT - 1:016x}.jpg") as last:
            assert last.read() == BODY
        del reading
        published = await target.publish(unless_lost=never)
    print("written", most(), file=sys.stderr)
    key = published.key or ""
    packed = await ArchiveRepacker().pack(store, key, archive, warm=store, into="warm")
    print("packed", most(), packed.bytes, file=sys.stderr)
    again = await ArchiveRepacker().unpack(store, "warm", archive, hot=store, into="again")
    assert again.digest == published.digest


def most() -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    asyncio.run(write(Archive(sys.argv[1]), Path(sys.argv[2])))
    print(most())
