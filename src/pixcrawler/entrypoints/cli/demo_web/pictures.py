"""What the demo's web holds: landscapes by five words, and what goes wrong on any web."""

import io
from collections.abc import Iterator
from enum import StrEnum

import msgspec
import numpy as np
from PIL import Image, ImageEnhance

from pixcrawler.entrypoints.cli.demo_web.names import Name, Naming
from pixcrawler.entrypoints.cli.demo_web.scenes import SCENES

SIZES = ((600, 450), (600, 400), (450, 600), (560, 420), (640, 400), (480, 480))


class Finish(StrEnum):
    """How a painting becomes a file."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    TURNED = "turned"  # stored on its side, with the EXIF orientation that puts it right
    SMALLER = "smaller"
    RECOMPRESSED = "recompressed"
    BRIGHTER = "brighter"
    TINY = "tiny"
    TRUNCATED = "truncated"


class Answer(StrEnum):
    """How the server answers when the file is asked for."""

    FILE = "file"
    SLOWLY = "slowly"
    BROKEN_ONCE = "broken_once"
    MISSING = "missing"
    PAGE = "page"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of the catalogue. ``width`` and ``height`` are those of the file as a viewer shows it.

    ``number`` chooses the painting among those of its word: pictures of the same word and number are
    copies of each other.
    """

    word: str
    number: int
    path: str
    name: Name
    width: int
    height: int
    finish: Finish
    answer: Answer

    @property
    def suffix(self) -> str:
        return self.path.rpartition(".")[2]


class Extra(msgspec.Struct, frozen=True):
    """A picture between the plain ones of a word: its rank, its painting, its oddity."""

    rank: int
    number: int
    finish: Finish = Finish.JPEG
    answer: Answer = Answer.FILE


COUNTS = {"sunset": 20, "mountain": 20, "flower": 20, "city": 8, "wave": 8}
ODD = {
    "sunset": (
        Extra(5, 1, Finish.SMALLER),
        Extra(9, 3),
        Extra(12, 20, Finish.TRUNCATED),
        Extra(16, 21, answer=Answer.SLOWLY),
    ),
    "mountain": (
        Extra(3, 20, answer=Answer.PAGE),
        Extra(7, 2, Finish.RECOMPRESSED),
        Extra(10, 21, answer=Answer.MISSING),
        Extra(14, 8, Finish.BRIGHTER),
    ),
    "flower": (
        Extra(4, 0, Finish.BRIGHTER),
        Extra(8, 20, answer=Answer.BROKEN_ONCE),
        Extra(11, 21, Finish.TINY),
        Extra(15, 9),
        Extra(18, 12, Finish.SMALLER),
    ),
    "city": (Extra(4, 1, Finish.RECOMPRESSED),),
    "wave": (Extra(6, 2, Finish.SMALLER),),
}
FINISHES = {
    ("sunset", 4): Finish.WEBP,
    ("mountain", 5): Finish.TURNED,
    ("flower", 6): Finish.PNG,
    ("wave", 1): Finish.WEBP,
}
SUFFIXES = {Finish.PNG: "png", Finish.WEBP: "webp"}


def catalogue(seed: int) -> tuple[Picture, ...]:
    """All pictures, each word's in the order in which a search finds them."""
    naming = Naming(seed)
    return tuple(picture for word in SCENES for picture in _pictures(word, naming))


def _pictures(word: str, naming: Naming) -> Iterator[Picture]:
    plain = [Extra(0, number, FINISHES.get((word, number), Finish.JPEG)) for number in range(COUNTS[word])]
    for extra in ODD[word]:
        plain.insert(extra.rank, extra)
    for rank, entry in enumerate(plain):
        name = naming.of(word, rank)
        width, height = _shown(entry)
        yield Picture(
            word=word,
            number=entry.number,
            path=f"/photos/{name.slug}.{SUFFIXES.get(entry.finish, 'jpg')}",
            name=name,
            width=width,
            height=height,
            finish=entry.finish,
            answer=entry.answer,
        )


def _shown(entry: Extra) -> tuple[int, int]:
    width, height = SIZES[entry.number % len(SIZES)]
    match entry.finish:
        case Finish.SMALLER:
            return round(width * 0.7), round(height * 0.7)
        case Finish.TINY:
            return 48, 36
        case _:
            return width, height


def paint(picture: Picture, seed: int) -> bytes:
    """The file's bytes: the same for the same picture and seed, and a few hundredths of a second's work."""
    scene = SCENES[picture.word]
    kind = list(SCENES).index(picture.word)
    size = SIZES[picture.number % len(SIZES)]
    image = scene(np.random.default_rng([seed, kind, picture.number]), size, picture.number)
    body = _finished(image, picture)
    return body[: len(body) * 3 // 5] if picture.finish is Finish.TRUNCATED else body


def _finished(image: Image.Image, picture: Picture) -> bytes:
    match picture.finish:
        case Finish.PNG:
            return _file(image, "PNG", compress_level=1)
        case Finish.WEBP:
            return _file(image, "WEBP", quality=85, method=2)
        case Finish.TURNED:
            exif = Image.Exif()
            exif[0x0112] = 6
            return _file(image.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)
        case Finish.SMALLER | Finish.TINY:
            image = image.resize((picture.width, picture.height), Image.Resampling.LANCZOS)
        case Finish.BRIGHTER:
            image = ImageEnhance.Brightness(image).enhance(1.06)
        case Finish.JPEG | Finish.RECOMPRESSED | Finish.TRUNCATED:
            pass
    return _file(image, "JPEG", quality=40 if picture.finish is Finish.RECOMPRESSED else 90)


def _file(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
