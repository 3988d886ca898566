"""How a crawl is to be packaged: what is refused before anything starts, and what a resumed one keeps."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.errors import UnknownFormat
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.entrypoints.cli.crawl import command
from pixcrawler.entrypoints.cli.demo import REQUEST
from pixcrawler.entrypoints.cli.out_folder import Note, OutFolder
from pixcrawler.entrypoints.cli.packaging import (
    Bytes,
    cannot_change,
    conversion_of,
    named_options,
    plan_of,
    repacked,
)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--format", "floppy"], "“floppy” is no export format; there is coco, "),
        (["--split", "80/80"], "add up to"),
        (["--archive", "rar"], "'rar' is not one of"),
        (["--convert", "gif"], "'gif' is not one of"),
        (["--quality", "0"], "The quality is 0; it is 1 to 100."),
        (["--convert", "webp", "--quality", "101"], "The quality is 101; it is 1 to 100."),
        (["--max-side", "3"], "The longest side is 3; it is 16 to 16383 pixels."),
        (
            ["--format", "webdataset", "--shard-size", "12kB"],
            "shard size is 12,000 bytes; it is 1,048,576",
        ),
        (["--format", "yolo", "--file-type", "png,gif"], "The format yolo holds no gif: "),
        (["--format", "yolo", "--convert", "avif"], "The format yolo holds no avif: "),
        (["--shard-size", "100MB"], "The format imagefolder has no shards; leave their size out."),
        (["--shard-size", "plenty"], "“plenty” is no number of bytes; write it as 500MB"),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(arguments: list[str], sentence: str) -> None:
    done: Any = CliRunner().invoke(command, ["fox", *arguments])
    assert done.exit_code == 2
    assert sentence in " ".join(done.output.split())
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("250000000", 250_000_000),
        ("500MB", 500_000_000),
        ("1 GiB", 2**30),
        ("64m", 64_000_000),
        ("3Ki", 3_072),
    ],
)
def test_bytes_may_have_a_unit(text: str, size: int) -> None:
    assert Bytes().convert(text, None, None) == size


def test_without_any_of_its_options_nothing_is_converted() -> None:
    assert conversion_of(REQUEST) is None


def test_dropping_metadata_is_a_conversion_too() -> None:
    assert conversion_of(replace(REQUEST, strip_metadata=True)) == Conversion(strip_metadata=True)
    asked = replace(REQUEST, convert="jpeg", quality=80, max_side=512)
    assert conversion_of(asked) == Conversion(format=PictureFormat.JPEG, quality=80, max_side=512)


def test_a_resumed_crawl_is_packed_as_it_was_begun(tmp_path: Path) -> None:
    conversion = Conversion(format=PictureFormat.AVIF)
    note = Note(
        job_id="",
        lane="local:1",
        format="webdataset",
        split="50/50",
        seed=3,
        archive=Archive.TAR_ZST,
        conversion=conversion,
        shard_size=2**24,
    )
    OutFolder(tmp_path).write_note(note)
    assert plan_of(OutFolder(tmp_path).read_note(), tmp_path) == ExportPlan(
        splits=SplitPlan({"train": 0.5, "val": 0.5}, seed=3),
        folder=str(tmp_path),
        archive=Archive.TAR_ZST,
        conversion=conversion,
        shard_size=2**24,
    )


NOTE = Note(
    job_id="",
    lane="local:1",
    format="webdataset",
    split="50/50",
    seed=3,
    archive=Archive.TAR,
    conversion=Conversion(max_side=64),
    shard_size=2**24,
)


def test_a_resumed_crawl_changes_what_it_names_and_nothing_else() -> None:
    assert repacked(NOTE, REQUEST, frozenset()) == NOTE
    asked = replace(REQUEST, split="100", convert="png")
    found = repacked(NOTE, asked, frozenset({"split", "convert"}))
    conversion = Conversion(format=PictureFormat.PNG)
    assert found == msgspec.structs.replace(NOTE, split="100", conversion=conversion)


def test_a_resumed_crawl_takes_another_seed_and_leaves_archive_and_conversion_out() -> None:
    asked = replace(REQUEST, seed=7, archive=None, convert=None)
    found = repacked(NOTE, asked, frozenset({"seed", "archive", "convert"}))
    assert found == msgspec.structs.replace(NOTE, seed=7, archive=None, conversion=None)


def test_a_resumed_crawl_is_no_dry_run(tmp_path: Path) -> None:
    OutFolder(tmp_path).write_note(NOTE)
    done: Any = CliRunner().invoke(command, ["--resume", "--dry-run", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "leave out --resume or --dry-run" in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--seed", "3", "--archive", "none", "--json", "--concurrency", "4"], False),
        (["--min-size", "9x9"], True),
        (["red fox"], True),
    ],
)
def test_what_a_resumed_crawl_cannot_change_is_noticed(arguments: list[str], named: bool) -> None:
    with command.make_context("crawl", ["--resume", "--out", "x", *arguments]):
        assert cannot_change(named_options()) is named


def test_a_resumed_crawl_in_a_format_without_shards_forgets_their_size() -> None:
    found = repacked(NOTE, replace(REQUEST, format="csv"), frozenset({"format"}))
    assert found == msgspec.structs.replace(NOTE, format="csv", shard_size=None)


def test_a_resumed_crawl_cannot_be_packed_as_what_is_not_there() -> None:
    with pytest.raises(UnknownFormat, match="“floppy” is no export format"):
        repacked(NOTE, replace(REQUEST, format="floppy"), frozenset({"format"}))


def test_the_note_of_an_older_release_is_a_plain_folder(tmp_path: Path) -> None:
    older = {"job_id": "", "lane": "local:1", "format": "imagefolder", "split": "100", "seed": 0}
    (tmp_path / ".pixcrawler.json").write_bytes(msgspec.json.encode(older))
    plan = plan_of(OutFolder(tmp_path).read_note(), tmp_path)
    assert plan == ExportPlan(splits=SplitPlan({"train": 1.0}), folder=str(tmp_path))


def test_a_crawl_for_yolo_keeps_to_what_its_readers_take() -> None:
    rules = replace(REQUEST, format="yolo", min_size=None, file_types=()).spec({}).rules
    assert rules.file_types == ("jpg", "png", "webp", "bmp", "tiff")
    assert rules.min_size == (10, 10)


def test_what_is_converted_for_yolo_may_be_of_any_kind() -> None:
    rules = replace(REQUEST, format="yolo", min_size=None, file_types=("gif",), convert="jpeg").spec({}).rules
    assert (rules.file_types, rules.min_size) == (("gif",), (10, 10))
