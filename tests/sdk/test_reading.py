"""Datasets are opened and read; packed formats and examples, too."""

import doctest
import importlib
import io
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pixcrawler
import pixcrawler_sdk as pix
from tests.sdk import made
from tests.sdk.made import CONTAINERS, Files

README = Path(__file__).parents[2] / "sdk/README.md"
MODULES = [
    pix,
    *(
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(pix.__path__, f"{pix.__name__}.")
    ),
]


@pytest.fixture(params=CONTAINERS)
def pack(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Files], Path]:
    return lambda files: CONTAINERS[request.param](files, tmp_path)


def test_a_dataset_is_read_from_any_container(pack: Callable[[Files], Path]) -> None:
    with pix.open_dataset(pack(made.dataset())) as dataset:
        assert len(dataset) == 4
        assert dataset.stats.classes == {"bird": 0, "cat": 2, "dog": 2}
        for _ in range(2):
            assert [row.file_name for row in dataset.manifest] == [*made.PICTURES]
        for name, data in made.PICTURES.items():
            assert dataset.read(name) == data
        assert {row.file_name: dataset.read(row.file_name) for row in dataset.manifest} == made.PICTURES
        with pytest.raises(KeyError):
            dataset.read("train/cat/none.png")
        assert dataset.verify().ok


def test_a_newer_schema_is_not_opened(pack: Callable[[Files], Path]) -> None:
    with pytest.raises(pix.UnsupportedSchemaError, match="schema 2"):
        pix.open_dataset(pack(made.dataset(schema=2)))


def test_a_broken_row_stops_who_reads_them_and_is_named() -> None:
    manifest = pix.Manifest(lambda: io.BytesIO(b"{}\n"))
    with pytest.raises(pix.InvalidDatasetError, match=r"manifest\.jsonl, line 1: "):
        list(manifest)


def shards(*changes: tuple[str, bytes]) -> Files:
    """Two samples in a shard, and what their rows say of them."""
    members = {"0-aa.cls": b"0", "0-aa.jpg": b"one", "0-bb.cls": b"1", "0-bb.png": b"two"}
    shard = made.tar_of([*(members | dict(changes)).items()])
    rows = [
        made.row(f"train/{name}", members[name]) | {"file_name": "train/x-000000.tar", "key": name[:4]}
        for name in ("0-aa.jpg", "0-bb.png")
    ]
    files = made.dataset({}, rows)
    del files["SHA256SUMS"]
    return made.summed({"train/x-000000.tar": shard, **files})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ([], []),
        ([("0-aa.jpg", b"eno")], [("checksum_mismatch", "train/x-000000.tar/0-aa.jpg")]),
        ([("0-aa.jpg", b"on")], [("size_mismatch", "train/x-000000.tar/0-aa.jpg")]),
        ([("0-cc.jpg", b"more")], [("not_in_manifest", "train/x-000000.tar/0-cc.jpg")]),
        ([("../x.jpg", b"more")], [("unsafe_name", "train/x-000000.tar/../x.jpg")]),
    ],
)
def test_samples_of_shards_are_held_against_their_rows(
    change: list[tuple[str, bytes]], told: list[tuple[str, str]], pack: Callable[[Files], Path]
) -> None:
    report = pix.verify(pack(shards(*change)))
    assert [(problem.code, problem.name) for problem in report.problems] == told
    assert report.counts == {"train": {"0-aa.jpg": 1, "0-bb.png": 1}}


def test_a_shard_that_is_no_tar_is_told(tmp_path: Path) -> None:
    files = made.summed({**shards(), "train/x-000000.tar": b"no tar" * 200})
    assert {problem.code for problem in pix.verify(made.as_zip(files, tmp_path)).problems} == {
        "unreadable",
        "missing",
    }


@pytest.mark.parametrize("images", [2, 3])
def test_rows_of_parquet_files_are_counted(images: int, pack: Callable[[Files], Path]) -> None:
    body = io.BytesIO()
    pq.write_table(pa.table({"image": [b"one", b"two"]}), body)
    name = "data/train-00000-of-00001.parquet"
    rows = [made.row(f"train/cat/{n}.png", b"x") | {"file_name": name, "row": n} for n in range(images)]
    files = made.dataset({}, rows)
    path = pack(made.summed({name: body.getvalue(), **files}))
    report = pix.verify(path)
    if report.kind in ("tar.zst", "7z"):
        assert report.ok
        assert len(report.notes) == 1
    else:
        assert [problem.code for problem in report.problems] == ["stats_mismatch"] * (images - 2)
        assert report.notes == ()


def test_the_platform_hands_on_every_name_of_the_sdk() -> None:
    assert pixcrawler.__all__ == pix.__all__
    assert all(getattr(pixcrawler, name) is getattr(pix, name) for name in pix.__all__)
    assert {*pix.__all__} <= {*dir(pixcrawler)}
    packages = {found.name for found in pkgutil.iter_modules(pixcrawler.__path__)}
    assert not packages & {*pix.__all__}
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        pixcrawler.frobnicate  # noqa: B018


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_docstrings_run(module: object) -> None:
    assert doctest.testmod(module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["verify", "open_dataset", "Manifest"])
def test_what_people_call_has_an_example(name: str) -> None:
    assert ">>>" in getattr(pix, name).__doc__


def test_examples_in_the_readme_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made.as_zip(made.dataset(), tmp_path).rename(tmp_path / "cats-v1.zip")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
    assert "cat unknown https://pictures.example/1" in capsys.readouterr().out
