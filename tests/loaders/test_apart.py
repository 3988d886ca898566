"""torchvision, Ultralytics and the oldest ``datasets`` find the same images per split and class."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.class_names import class_folders
from pixcrawler.domain.datasets.format_limits import LIMITS
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.imaging.facts import Format
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.integration.exporters.hugging_face import HuggingFace
from tests.integration.exporters.names import NASTY
from tests.integration.exporters.nasty import EXPECTED, nasty_export
from tests.integration.exporters.test_readers import as_hugging_face_has_it
from tests.integration.exporters.test_snippets import BLOCK, SECTIONS

pytestmark = pytest.mark.loaders

PYTHON = Path(__file__).parents[2] / ".cache/loaders/bin/python"
FOLDERS = class_folders(NASTY)
BY_FOLDER = {split: {FOLDERS[label]: n for label, n in inside.items()} for split, inside in EXPECTED.items()}


@pytest.fixture(scope="session", autouse=True)
def environment() -> None:
    if not PYTHON.exists():
        pytest.skip("make test-loaders makes the environment that these need")


@pytest.fixture(scope="session")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HuggingFace]:
    with HuggingFace(tmp_path_factory.mktemp("hugging-face"), str(PYTHON)) as process:
        yield process


def answer(verb: str, folder: Path, home: Path) -> dict[str, Any]:
    """Of the program in the other environment, which reaches nothing outside."""
    home.mkdir(exist_ok=True)
    settings = {
        "HOME": str(home),
        "YOLO_CONFIG_DIR": str(home),
        "YOLO_OFFLINE": "true",
        "YOLO_VERBOSE": "false",
    }
    done = subprocess.run(
        [PYTHON, Path(__file__).with_name("apart.py"), verb, folder],
        env=os.environ | settings,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", ["yolo", "imagefolder"])
async def test_torchvision_and_ultralytics_find_the_same_images(name: str, tmp_path: Path) -> None:
    folder, summary = await nasty_export(name, tmp_path)
    assert summary.counts == EXPECTED
    found = answer("open", folder, tmp_path / "home")
    assert found["torchvision"] == BY_FOLDER
    assert found["ultralytics"] == BY_FOLDER


async def test_classes_have_the_numbers_that_the_export_says(tmp_path: Path) -> None:
    folder, _ = await nasty_export("yolo", tmp_path)
    classes = json.loads((folder / "classes.json").read_text())
    names = answer("open", folder, tmp_path / "home")["names"]
    assert {str(one["id"]): one["folder"] for one in classes} == names
    assert {one["folder"]: one["label"] for one in classes} == {FOLDERS[label]: label for label in NASTY}


async def test_ultralytics_trains_on_it(tmp_path: Path) -> None:
    folder, _ = await nasty_export("yolo", tmp_path)
    done = answer("train", folder, tmp_path / "home")
    assert set(done["names"].values()) == set(FOLDERS.values())


async def test_a_split_without_some_class_keeps_its_images_under_their_names(tmp_path: Path) -> None:
    folder = await export({"ant": 1, "bee": 8, "cat": 1, "dog": 8}, "50/50", tmp_path)
    found = answer("open", folder, tmp_path / "home")
    assert found["ultralytics"]["val"] == found["torchvision"]["val"] == {"bee": 4, "dog": 4}


async def test_without_val_ultralytics_takes_test(tmp_path: Path) -> None:
    folder = await export({"ant": 4, "bee": 4}, "train=0.5,test=0.5", tmp_path)
    found = answer("open", folder, tmp_path / "home")
    assert found["ultralytics"]["val"] == found["ultralytics"]["test"] == {"ant": 2, "bee": 2}


async def export(counts: dict[str, int], splits: str, place: Path) -> Path:
    rows = manifests.rows(counts)
    store = LocalObjectStore(place / "store")
    await manifests.stored(rows, store)
    options = ExportOptions(name="Animals", splits=parse_split(splits))
    await exported(FORMATS["yolo"], manifests.manifest(rows), options, store, place / "out")
    return place / "out"


async def test_the_snippets_for_torchvision_run(tmp_path: Path) -> None:
    await export({"ant": 4, "bee": 4}, "50/50", tmp_path)
    (tmp_path / "out").rename(tmp_path / "animals")
    card = (tmp_path / "animals" / "README.md").read_text().replace("path/to/this/folder", "animals")
    blocks = [block for text in (card, SECTIONS["yolo"]) for block in BLOCK.findall(text)]
    told = [block for block in blocks if "torchvision" in block]
    assert len(told) == 2
    for block in told:
        run(block + "assert len(train) == 4", tmp_path)


def run(code: str, folder: Path) -> None:
    subprocess.run([PYTHON, "-c", code], cwd=folder, check=True, timeout=300)


def test_what_is_refused_is_what_one_of_them_skips(tmp_path: Path) -> None:
    """A class for each format, and one of pictures that are too small; beside one that both read."""
    folder = tmp_path / "tree"
    for number, name in enumerate(("png", *(one.value for one in Format), "small")):
        sides = (9, 40) if name == "small" else (40, 40)
        suffix = "png" if name == "small" else name
        path = folder / "train" / "all" / f"{number}-{name}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        encoder = "JPEG" if suffix == "jpg" else suffix.upper()
        path.write_bytes(manifests.picture(number, file_format=encoder, size=sides))
    found = answer("open", folder, tmp_path / "home")
    readable = [one for one in Format if one.value in LIMITS["yolo"].kinds]
    assert found["torchvision"]["train"] == {"all": 1 + len(readable) + 1}
    assert found["ultralytics"]["train"] == {"all": 1 + len(readable) + 1}, "AVIF, but nothing small"


@pytest.mark.parametrize("name", FORMATS)
async def test_the_oldest_datasets_finds_the_same_images(
    name: str, tmp_path: Path, oldest: HuggingFace
) -> None:
    folder, _ = await nasty_export(name, tmp_path)
    assert oldest.opened(folder) == as_hugging_face_has_it(folder)
