"""Real pictures as a corpus: the 800 of `scripts/real-pictures.sh`, which fetches them once."""

import subprocess
from pathlib import Path

from bench.corpus import Corpus, Entry

SCRIPT = Path(__file__).parents[1] / "scripts" / "real-pictures.sh"
FORMATS = (".png", ".jpg")


def real_pictures(cache: Path) -> Corpus:
    """Each as it lies in its package. Raises SystemExit when they cannot be fetched."""
    done = subprocess.run([SCRIPT, cache / "real-pictures"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit("bench: the real pictures could not be fetched; the words of the script are above")
    folder = Path(done.stdout.strip())
    files = sorted(path for path in folder.rglob("*") if path.suffix in FORMATS and path.is_file())
    robots = folder / "robots.txt"
    if not robots.exists():
        robots.write_text("User-agent: *\nAllow: /\n")
    return Corpus(folder, tuple(Entry(path.relative_to(folder).as_posix(), "real") for path in files))
