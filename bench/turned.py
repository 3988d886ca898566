"""Four times the corpus, of different pictures: `more(corpus, folder)`.

The list is not simply repeated, because a picture that came before is recognised by its digest and not
decoded again. Each further time its pictures are mirrored, turned upside down, or both, and saved as they
were (quality tables, subsampling, progressive or not), which makes files of about the same weight and cost.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, JpegImagePlugin

from bench.corpus import Corpus, Entry

TURNS = (
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.ROTATE_180,
)
WHOLE = frozenset({"jpeg", "webp", "png", "near"})


def more(corpus: Corpus, home: Path) -> Corpus:
    """The corpus and its turned copies, served from ``home``, which is made when it is not there."""
    entries = list(corpus.entries)
    for number in range(1, 1 + len(TURNS)):
        entries += [_renamed(entry, number) for entry in corpus.entries]
    if not (home / "complete").exists():
        _make(corpus, home)
        (home / "complete").touch()
    return Corpus(home, tuple(entries))


def _renamed(entry: Entry, number: int) -> Entry:
    of = None if entry.of is None else f"t{number}/{entry.of}"
    return Entry(f"t{number}/{entry.path}", entry.kind, of)


def _make(corpus: Corpus, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    for name in ("i", "robots.txt"):
        link = home / name
        if not link.exists():
            link.symlink_to((corpus.folder / name).absolute())
    for number, turn in enumerate(TURNS, 1):
        (home / f"t{number}" / "i").mkdir(parents=True, exist_ok=True)
        _turn_all(corpus, home / f"t{number}", turn, [e for e in corpus.entries if e.kind in WHOLE])
        for entry in corpus.entries:
            if entry.kind not in WHOLE and entry.kind != "missing":
                source = home / f"t{number}" / entry.of if entry.of else corpus.folder / entry.path
                _link(source, home / f"t{number}" / entry.path)


def _turn_all(corpus: Corpus, folder: Path, turn: Image.Transpose, entries: Iterable[Entry]) -> None:
    work = partial(_turn, corpus.folder, folder, turn)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        list(pool.map(work, [entry.path for entry in entries], chunksize=16))


def _turn(web: Path, folder: Path, turn: Image.Transpose, path: str) -> None:
    with Image.open(web / path) as picture:
        options: dict[str, object] = {}
        if isinstance(picture, JpegImagePlugin.JpegImageFile):
            options = {
                "qtables": picture.quantization,
                "subsampling": JpegImagePlugin.get_sampling(picture),
                "progressive": "progressive" in picture.info,
            }
        form = picture.format
        turned = picture.transpose(turn)
    turned.save(folder / path, form, **options)


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    os.link(source.resolve(), target)
