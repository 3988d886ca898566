"""The real pictures: which there are, and which words find them."""

import re
import subprocess
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "real-pictures.sh"
STAMPS = "usr/share/tuxpaint/stamps"
BACKGROUNDS = "usr/share/backgrounds/mate"


class RealPicture(msgspec.Struct, frozen=True):
    """One file. ``path`` is below the corpus folder; ``words`` are those of its folders and its caption."""

    path: str
    caption: str
    words: frozenset[str]


class Corpus(msgspec.Struct, frozen=True):
    folder: Path
    pictures: tuple[RealPicture, ...]

    def found_by(self, query: str) -> list[RealPicture]:
        """Those that carry every word of the query, plural or not."""
        wanted = words_of(query)
        return [picture for picture in self.pictures if wanted <= picture.words]


@cache
def corpus() -> Corpus:
    """Fetched once, then read from the checkout's cache."""
    done = subprocess.run(
        [SCRIPT, ROOT / ".cache" / "real-pictures"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, "scripts/real-pictures.sh failed; its own words are above"
    folder = Path(done.stdout.strip())
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".png", ".jpg") and path.is_file())
    return Corpus(folder, tuple(_picture(folder, path) for path in files))


def words_of(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("s") for word in re.findall(r"\w+", text.lower()))


def _picture(folder: Path, path: Path) -> RealPicture:
    name = path.relative_to(folder).as_posix()
    caption = _caption(path)
    below = name.removeprefix(STAMPS).removeprefix(BACKGROUNDS).rpartition("/")[0]
    return RealPicture(name, caption, words_of(f"{below} {caption}"))


def _caption(path: Path) -> str:
    """The English line of the stamp's text file; a background has only its name."""
    beside = path.with_suffix(".txt")
    if not beside.exists():
        return path.stem.replace("_", " ")
    return beside.read_text(encoding="utf-8", errors="replace").splitlines()[0].strip()
