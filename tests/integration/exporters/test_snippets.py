"""What cards and the page of formats tell people to run does run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.fakes.object_store import MemoryObjectStore

PAGE = Path(__file__).parents[3] / "docs/reference/formats.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
SECTIONS = {
    name: text
    for title, text in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    for name in title.split(", ")
}
APART = ("torchvision", "ultralytics")
"""What ``make test-loaders`` has, and not this environment."""

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", FORMATS)
async def test_every_snippet_runs(name: str, tmp_path: Path) -> None:
    rows = manifests.rows({"cat": 4, "dog": 4})
    store = MemoryObjectStore()
    await manifests.stored(rows, store)
    options = ExportOptions(name="Animals", splits=parse_split("50/50"))
    await exported(FORMATS[name], manifests.manifest(rows), options, store, tmp_path / "animals")
    label_files = [path.stem for path in (tmp_path / "animals").glob("train/labels/cat/*")]
    card = (tmp_path / "animals" / "README.md").read_text().replace("path/to/this/folder", "animals")
    page = SECTIONS.get(name, "")
    if name in ("imagefolder", "yolo"):
        page += SECTIONS["croissant.json"]
    blocks = [block for text in (card, page) for block in BLOCK.findall(text)]
    assert blocks
    for block in blocks:
        if not any(library in block for library in APART):
            code = block.replace("0123456789abcdef", (label_files or [""])[0])
            assert run(code, tmp_path) == (0, "")


def run(code: str, folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=folder,
        env={
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": str(folder / "cache"),
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, "" if done.returncode == 0 else done.stderr[-2000:]


def test_the_page_has_a_section_for_each_of_these_formats() -> None:
    assert set(FORMATS) - {"imagefolder"} <= set(SECTIONS)
