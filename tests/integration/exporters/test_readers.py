"""Every format opens in every reader with the same images per split and class, whatever these are called."""

import json
from pathlib import Path

import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.exporters.records import as_text
from tests.integration.exporters.hugging_face import HuggingFace
from tests.integration.exporters.names import ALIKE, HUB, NASTY
from tests.integration.exporters.nasty import EXPECTED, nasty_export
from tests.integration.exporters.readers import READERS, Counts, Reader

HUGGING_FACE = [pytest.param(name, marks=[pytest.mark.long] * (name in ALIKE)) for name in FORMATS]
TREES = [name for name in FORMATS if name not in ("webdataset", "parquet")]
CASES = [(name, reader) for name, readers in READERS.items() for reader in readers]


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
        folders[name], summary = await nasty_export(name, tmp_path_factory.mktemp(name))
        assert summary.counts == EXPECTED
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


@pytest.mark.parametrize("folder", HUGGING_FACE, indirect=True)
def test_hugging_face_finds_the_same_images(folder: Path, hugging_face: HuggingFace) -> None:
    assert hugging_face.opened(folder) == as_hugging_face_has_it(folder)


@pytest.mark.long
@pytest.mark.parametrize("folder", TREES, indirect=True)
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
