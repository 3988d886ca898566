"""Every format opens in every reader with the same images per split and class, whatever these are called."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.exporters.records import as_text
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.integration.exporters.hugging_face import HuggingFace
from tests.integration.exporters.names import HUB, NASTY
from tests.integration.exporters.readers import READERS, Counts, Reader

EXPECTED = {
    "train": dict.fromkeys(NASTY, 2),
    "val": dict.fromkeys(NASTY, 1),
    "test": dict.fromkeys(NASTY, 1),
}
HOSTILE = (
    '=HYPERLINK("http://evil.example")',
    "first\r\nsecond\n---\n- third: [",
    "nothing \0 behind \x1b[31m",
    "abc\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    "'; DROP TABLE images; --",
    "y" * 10_000,
    "\N{LINE SEPARATOR}{{7*7}} <script>",
    None,
)
CASES = [(name, reader) for name, readers in READERS.items() for reader in readers]

Export = Callable[[str], Path]


@pytest.fixture(scope="module")
def folders() -> dict[str, Path]:
    """What the tests of this module exported so far."""
    return {}


@pytest.fixture
async def folder(
    request: pytest.FixtureRequest, folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An export of every nasty name, with hostile texts."""
    name: str = request.param
    if name not in folders:
        place = tmp_path_factory.mktemp(name)
        rows = manifests.rows(dict.fromkeys(NASTY, 4))
        rows = [
            manifests.row(number, row.label, title=HOSTILE[number % 8], author=HOSTILE[(number + 1) % 8])
            for number, row in enumerate(rows)
        ]
        store = LocalObjectStore(place / "store")
        await manifests.stored(rows, store)
        options = ExportOptions(name=HOSTILE[1] or "", splits=parse_split("50/25/25", seed=1))
        summary = await exported(FORMATS[name], manifests.manifest(rows), options, store, place / "out")
        assert summary.counts == EXPECTED
        folders[name] = place / "out"
    return folders[name]


def test_every_format_has_a_reader() -> None:
    assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize(
    ("folder", "read"),
    [(name, READERS[name][one]) for name, one in CASES],
    ids=[f"{name}-{one}" for name, one in CASES],
    indirect=["folder"],
)
def test_each_reader_finds_the_same_images(folder: Path, read: Reader) -> None:
    assert read(folder) == EXPECTED


@pytest.mark.parametrize("folder", FORMATS, indirect=True)
def test_hugging_face_finds_the_same_images(folder: Path, hugging_face: HuggingFace) -> None:
    assert hugging_face.opened(folder) == as_hugging_face_has_it(folder)


@pytest.mark.long
@pytest.mark.parametrize("folder", set(FORMATS) - {"webdataset", "parquet"}, indirect=True)
def test_hugging_face_finds_them_without_the_card(folder: Path, hugging_face: HuggingFace) -> None:
    assert hugging_face.opened(folder, "imagefolder") == as_hugging_face_has_it(folder)


def as_hugging_face_has_it(folder: Path) -> Counts:
    """In metadata a text that looks like a date has a space behind it; without any, in folders of classes,
    classes are called like their folders."""
    named = {label: label for label in NASTY}
    if (folder / "train" / "metadata.jsonl").is_file():
        named = {label: as_text(label) for label in NASTY}
    elif (folder / "classes.json").is_file() and not list(folder.rglob("*.tar")):
        classes = json.loads((folder / "classes.json").read_text())
        named = {one["label"]: one["folder"] for one in classes}
    return {
        HUB[split]: {named[label]: count for label, count in inside.items()}
        for split, inside in EXPECTED.items()
    }
