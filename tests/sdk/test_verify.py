"""`verify` says what is wrong, in every container alike."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import pixcrawler_sdk as pix
from tests.sdk import made
from tests.sdk.made import CONTAINERS, Files, dataset

CAT, DOG, JPG, WEBP = made.PICTURES
Pack = Callable[[Files], Path]


@pytest.fixture(params=CONTAINERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pack(kind: str, tmp_path: Path) -> Pack:
    return lambda files: CONTAINERS[kind](files, tmp_path)


def found(path: Path) -> list[tuple[str, str]]:
    return [(problem.code, problem.name) for problem in pix.verify(path).problems]


def folder_of(files: Files, tmp_path: Path) -> list[tuple[str, str]]:
    return found(made.as_folder(files, tmp_path))


def test_a_good_one_has_no_problem_and_is_counted(pack: Pack, kind: str) -> None:
    files = dataset()
    report = pix.verify(pack(files))
    assert report.problems == ()
    assert report.ok
    report.raise_for_problems()
    assert (report.kind, report.images, report.files) == (kind, 4, 8)
    assert report.bytes == sum(map(len, files.values()))
    assert report.counts == {"train": {"cat": 2, "dog": 1}, "val": {"dog": 1}}


def test_a_flipped_bit_is_found_where_it_is(pack: Pack) -> None:
    files = {**dataset(), JPG: b"picture 0!2"}
    path = pack(files)
    assert found(path) == [("checksum_mismatch", JPG)]
    with pytest.raises(pix.ChecksumMismatchError, match=JPG):
        pix.verify(path).raise_for_problems()


def test_a_file_cut_short_has_the_wrong_size(pack: Pack) -> None:
    assert found(pack({**dataset(), JPG: b"pict"})) == [("size_mismatch", JPG)]


def test_an_emptied_file_has_the_wrong_size(pack: Pack) -> None:
    assert found(pack({**dataset(), JPG: b""})) == [("size_mismatch", JPG)]


def test_a_missing_file_is_told_once(pack: Pack) -> None:
    files = dataset()
    del files[CAT]
    assert found(pack(files)) == [("missing", CAT)]


def test_a_file_too_much_is_told(pack: Pack) -> None:
    assert found(pack({**dataset(), "train/cat/extra.png": b"x"})) == [("unexpected", "train/cat/extra.png")]


def test_what_a_crawl_keeps_in_the_folder_is_expected_there_and_not_deeper(pack: Pack) -> None:
    kept = dict.fromkeys((".pixcrawler-demo", "report.html", ".pixcrawler.json", ".pixcrawler.lock"), b"x")
    assert found(pack({**dataset(), **kept})) == []
    deeper = {"train/report.html": b"x"}
    assert found(pack({**dataset(), **kept, **deeper})) == [("unexpected", "train/report.html")]


def test_what_is_being_written_into_a_folder_is_no_part_of_it(tmp_path: Path) -> None:
    part = ".pixcrawler-part-0123456789abcdef"
    writing = {f"{part}/files/val/cat/00.jpg": b"x", f"{part}.lock": b""}
    assert folder_of({**dataset(), **writing}, tmp_path) == []
    assert len(found(made.as_zip({**dataset(), **writing}, tmp_path))) == 2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("SHA256SUMS", [("missing", "SHA256SUMS")]),
        ("stats.json", [("missing", "stats.json"), ("missing", "stats.json")]),
    ],
)
def test_a_describing_file_is_missed(name: str, told: list[tuple[str, str]], pack: Pack) -> None:
    files = dataset()
    del files[name]
    assert found(pack(files)) == told


def test_a_missing_manifest_is_told(tmp_path: Path) -> None:
    files = dataset()
    del files["manifest.jsonl"]
    assert ("missing", "manifest.jsonl") in folder_of(files, tmp_path)


def test_a_changed_text_is_found(tmp_path: Path) -> None:
    assert folder_of({**dataset(), "README.md": b"# Dogs\n"}, tmp_path) == [
        ("checksum_mismatch", "README.md")
    ]


def test_checksums_written_anew_do_not_hide_a_change(tmp_path: Path) -> None:
    files = made.summed({**dataset(), JPG: b"picture 0!2"})
    assert folder_of(files, tmp_path) == [("disagreement", JPG)]


def test_it_is_said_which_of_two_that_disagree_is_right(tmp_path: Path) -> None:
    files = made.summed({**dataset(), JPG: b"picture 0!2"})
    (problem,) = pix.verify(made.as_folder(files, tmp_path)).problems
    assert "SHA256SUMS has the digest of the file" in problem.message


def rows_of(files: Files = made.PICTURES) -> list[dict[str, Any]]:
    return [made.row(name, data) for name, data in files.items()]


@pytest.mark.parametrize(
    "change",
    [
        {"file_name": "../x.png"},
        {"file_name": "C:\\x.png"},
        {"file_name": "/etc/passwd"},
        {"sha256": "00"},
        {"width": 0},
        {"bytes": -1},
        {"label": None},
        {"bytes": "9"},
    ],
    ids=str,
)
def test_a_row_that_is_not_well_formed_is_told_with_its_line(change: dict[str, Any], tmp_path: Path) -> None:
    rows = rows_of()
    rows[2] |= change
    told = folder_of(dataset_with(rows), tmp_path)
    assert ("bad_row", "manifest.jsonl, line 3") in told


def dataset_with(rows: list[dict[str, Any]]) -> Files:
    """The statistics are those of the good rows."""
    files = dataset()
    return made.summed({**files, "manifest.jsonl": made.lines(rows)})


@pytest.mark.parametrize("line", [b"{", b"[]", b"null", b'"\xff"', b"[" * 100_000, b"\0", b"{}"])
def test_a_line_that_is_no_row_is_told(line: bytes, tmp_path: Path) -> None:
    files = dataset()
    manifest = files["manifest.jsonl"] + line + b"\n"
    assert folder_of(made.summed({**files, "manifest.jsonl": manifest}), tmp_path) == [
        ("bad_row", "manifest.jsonl, line 5")
    ]


def test_a_line_without_an_end_is_not_read_whole(tmp_path: Path) -> None:
    files = dataset()
    manifest = files["manifest.jsonl"] + b'{"id": "' + b"x" * 3_000_000
    assert folder_of(made.summed({**files, "manifest.jsonl": manifest}), tmp_path) == [
        ("bad_row", "manifest.jsonl, line 5")
    ]


def test_two_rows_for_one_file_are_told(tmp_path: Path) -> None:
    rows = [*rows_of(), rows_of()[1]]
    assert folder_of(dataset(rows=rows), tmp_path) == [("duplicate_row", DOG)]


def test_a_picture_without_a_row_is_told(tmp_path: Path) -> None:
    assert folder_of(dataset(rows=rows_of()[1:]), tmp_path) == [("not_in_manifest", CAT)]


def test_fields_that_a_later_version_adds_are_no_problem(tmp_path: Path) -> None:
    rows = [{**one, "caption": "a cat", "boxes": [[1, 2, 3, 4]]} for one in rows_of()]
    assert folder_of(dataset(rows=rows, mood="good", schema=1), tmp_path) == []


def test_a_newer_schema_is_refused_and_nothing_else_is_said(pack: Pack) -> None:
    report = pix.verify(pack(dataset(schema=2)))
    assert [problem.code for problem in report.problems] == ["newer_schema"]
    assert "pip install --upgrade pixcrawler-sdk" in report.problems[0].message


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"images": 5}, "it says 5 images, and the manifest has 4"),
        ({"bytes": 1}, "it says 1 bytes, and the manifest has 42"),
        ({"classes": {"cat": 1, "dog": 2}}, "it says 1 images of 'cat', and the manifest has 2"),
        (
            {"splits": {"train": {"cat": 2, "dog": 1}, "val": {}}},
            "val: it says 0 images of 'dog', and the manifest has 1",
        ),
    ],
)
def test_statistics_that_do_not_count_right_are_told(change: Any, told: str, tmp_path: Path) -> None:
    (problem,) = pix.verify(made.as_folder(dataset(**change), tmp_path)).problems
    assert (problem.code, problem.name, problem.message) == ("stats_mismatch", "stats.json", told)


def identity(rows: list[dict[str, Any]]) -> str:
    """By its description: without where pictures are, keys sorted, no blanks, each line ended by LF."""
    place = {"id", "file_name", "split", "key", "row"}
    kept = [{name: value for name, value in one.items() if name not in place} for one in rows]
    dump = partial(json.dumps, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return made.digest("".join(dump(one) + "\n" for one in kept).encode())


def test_the_version_that_it_is_is_known_by_its_digest(tmp_path: Path) -> None:
    rows = [{**one, "title": "Ünïcode \n “x”", "score": 0.1, "new": None} for one in rows_of()]
    told = identity(rows)
    report = pix.verify(made.as_folder(dataset(rows=rows, digest=told), tmp_path))
    assert (report.problems, report.digest) == ((), told)


def test_a_row_that_was_changed_with_its_checksum_is_told(pack: Pack) -> None:
    rows = rows_of()
    told = identity(rows)
    rows[2]["license"] = "CC0-1.0"
    (problem,) = pix.verify(pack(dataset(rows=rows, digest=told))).problems
    assert (problem.code, problem.name) == ("stats_mismatch", "stats.json")
    assert problem.message.endswith(f"digest is {told}, and its rows have {identity(rows)}")


def test_of_converted_pictures_the_digest_is_not_known(tmp_path: Path) -> None:
    rows = [{**one, "original_sha256": "0" * 64} for one in rows_of()]
    report = pix.verify(made.as_folder(dataset(rows=rows, digest="1" * 64), tmp_path))
    assert (report.problems, report.digest) == ((), None)


def test_a_row_too_deep_for_its_digest_is_no_crash(tmp_path: Path) -> None:
    files = dataset(digest="1" * 64)
    first, rest = files["manifest.jsonl"].split(b"\n", 1)
    files["manifest.jsonl"] = first[:-1] + b', "deep": ' + b"[" * 9_000 + b"]" * 9_000 + b"}\n" + rest
    report = pix.verify(made.as_folder(made.summed(files), tmp_path))
    assert report.digest is None


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\xff", b'{"images": -1}', b'{"schema": "2"}'])
def test_statistics_that_are_none_are_told(text: bytes, tmp_path: Path) -> None:
    files = made.summed({**dataset(), "stats.json": text})
    assert folder_of(files, tmp_path) == [("bad_stats", "stats.json")]


@pytest.mark.parametrize(
    "line",
    [b"x", b"0" * 64, b"0" * 64 + b"  ../x", b"0" * 63 + b"g  x", b"0" * 64 + b"  \xff", b"A" * 64 + b"  x"],
)
def test_a_line_of_the_checksums_that_is_none_is_told(line: bytes, tmp_path: Path) -> None:
    files = dataset()
    files["SHA256SUMS"] += line + b"\n"
    assert folder_of(files, tmp_path) == [("bad_checksums", "SHA256SUMS, line 8")]


def test_a_picture_that_was_taken_down_must_not_be_there(tmp_path: Path) -> None:
    grave = {
        "id": "x",
        "sha256": made.digest(made.PICTURES[JPG]),
        "label": "dog",
        "taken_down_at": "",
        "reason": None,
    }
    files = made.summed({**dataset(), "tombstones.jsonl": made.lines([grave])})
    assert folder_of(files, tmp_path) == [("taken_down", JPG)]


def test_problems_are_listed_up_to_a_number_and_counted_beyond(tmp_path: Path) -> None:
    extra = {f"train/cat/extra{number}.png": b"x" for number in range(50)}
    report = pix.verify(made.as_folder({**dataset(), **extra}, tmp_path), max_problems=7)
    assert (len(report.problems), report.more) == (7, 43)


def test_progress_begins_small_and_ends_with_all(pack: Pack) -> None:
    path = pack(dataset({f"train/cat/{number}.png": b"x" * 40_000 for number in range(9)}))
    told: list[tuple[int, int]] = []
    assert pix.verify(path, progress=lambda done, total: told.append((done, total))).ok
    assert told[0][0] <= told[-1][0] == told[-1][1] > 0
    assert [done for done, _ in told] == sorted(done for done, _ in told)
