"""What the inspector finds out about real pictures, held against Pillow and imagehash."""

import asyncio
import warnings
from pathlib import Path

import imagehash
import msgspec
import pytest
from PIL import Image, ImageOps

from pixcrawler.adapters.imaging.inspector import ChildInspector
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.imaging.facts import Facts
from tests.fakes.bodies import Bodies
from tests.real.corpus import Corpus, RealPicture

pytestmark = pytest.mark.real

CLOSE = 4
SHARE = 0.97


class Compared(msgspec.Struct, frozen=True):
    """What the inspector says of one file, and what a viewer sees: None where Pillow cannot load it."""

    path: str
    said: Facts | Unreadable
    full_phash: int | None
    full_size: tuple[int, int]

    @property
    def distance(self) -> int:
        """Bits by which the two phashes differ."""
        assert isinstance(self.said, Facts)
        assert self.full_phash is not None
        return (self.said.phash ^ self.full_phash).bit_count()


@pytest.fixture(scope="session")
async def compared(real_pictures: Corpus, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    bodies = Bodies(tmp_path_factory.mktemp("bodies"))

    async def one(picture: RealPicture) -> Compared:
        file = real_pictures.folder / picture.path
        body = bodies()
        body.write(file.read_bytes())
        said = await inspector.inspect(body)
        body.discard()
        return Compared(picture.path, said, *await asyncio.to_thread(_seen, file))

    found: list[Compared] = []
    async with ChildInspector(2) as inspector:
        pictures = real_pictures.pictures
        for start in range(0, len(pictures), 8):
            found += await asyncio.gather(*map(one, pictures[start : start + 8]))
    return found


def _seen(file: Path) -> tuple[int | None, tuple[int, int]]:
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file) as image:
            shown = ImageOps.exif_transpose(image)
            return int(str(imagehash.phash(shown)), 16), shown.size
    except OSError:
        return None, (0, 0)


def test_no_picture_that_pillow_can_load_is_refused(compared: list[Compared]) -> None:
    refused = [
        (each.path, each.said) for each in compared if each.full_phash and isinstance(each.said, Unreadable)
    ]
    assert not refused


def test_the_size_is_what_a_viewer_shows(compared: list[Compared]) -> None:
    wrong = [
        (each.path, each.said, each.full_size)
        for each in compared
        if isinstance(each.said, Facts) and (each.said.width, each.said.height) != each.full_size
    ]
    assert not wrong


def test_the_phash_is_close_to_that_of_the_full_picture(
    compared: list[Compared], capsys: pytest.CaptureFixture[str]
) -> None:
    known = [each for each in compared if isinstance(each.said, Facts) and each.full_phash is not None]
    far = sorted((each for each in known if each.distance > CLOSE), key=lambda each: -each.distance)
    with capsys.disabled():
        exact = sum(each.distance == 0 for each in known)
        print(f"\nphash of {len(known)} real pictures: {exact} equal, {len(far)} more than {CLOSE} bits away")
        for each in far:
            print(f"  {each.distance:2} bits  {each.path}")
    assert len(known) - len(far) >= SHARE * len(known)
