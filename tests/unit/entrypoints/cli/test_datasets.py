"""`pixcrawler datasets verify`: lines for people, a document for programs, exit codes for both."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from pixcrawler.entrypoints.cli.main import main
from tests.sdk import made
from tests.sdk.made import PICTURES, dataset

CAT, *_ = PICTURES
CHANGED = {**dataset(), CAT: b"picture 9"}


def verified(path: Path, *options: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["datasets", "verify", str(path), *options])
    return done.exit_code, done.stdout, done.stderr


def test_a_good_dataset_is_told_on_one_line(tmp_path: Path) -> None:
    code, out, err = verified(made.as_folder(dataset(), tmp_path))
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 1
    assert "all is well; 4 images, 8 files" in out


def test_each_problem_is_one_line_with_its_code(tmp_path: Path) -> None:
    code, out, err = verified(made.as_zip({**CHANGED, "x\u2028y.png": b"x"}, tmp_path))
    assert code == 7
    first, second = out.splitlines()
    assert first.startswith(r"unexpected  x\u2028y.png: ")
    assert second.startswith(f"checksum_mismatch  {CAT}: its SHA-256 is ")
    assert "2 problems" in err


def test_programs_get_one_document(tmp_path: Path) -> None:
    code, out, _ = verified(made.as_zip(CHANGED, tmp_path), "--json")
    told = msgspec.json.decode(out)
    assert code == 7
    assert {
        key: told[key] for key in ("ok", "kind", "files", "images", "counts", "more_problems", "notes")
    } == {
        "ok": False,
        "kind": "zip",
        "files": 8,
        "images": 4,
        "counts": {"train": {"cat": 2, "dog": 1}, "val": {"dog": 1}},
        "more_problems": 0,
        "notes": [],
    }
    assert [(one["code"], one["name"]) for one in told["problems"]] == [("checksum_mismatch", CAT)]


def test_beyond_a_hundred_problems_are_only_counted(tmp_path: Path) -> None:
    files = {**dataset(), **{f"{number}.txt": b"x" for number in range(150)}}
    code, out, _ = verified(made.as_zip(files, tmp_path))
    assert code == 7
    assert out.splitlines()[100:] == ["and 50 more problems"]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_there_is_not_found(options: tuple[str, ...], tmp_path: Path) -> None:
    code, out, err = verified(tmp_path / "nothing", *options)
    assert code == 4
    assert err == f"There is nothing at {tmp_path}/nothing\n"
    assert ("DATASET_NOT_FOUND" in out) is bool(options)


def test_a_folder_of_something_else_is_not_found(tmp_path: Path) -> None:
    assert verified(tmp_path)[0] == 4


def test_without_a_path_it_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["datasets", "verify"]).exit_code == 2
