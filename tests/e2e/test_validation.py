"""`pixcrawler crawl --validation …`: the levels and modes, by the real command on a folder of pictures."""

from pathlib import Path

import pytest
from bench.defects import labelled

from pixcrawler.domain.imaging.quality import MEASURED
from tests.e2e.conftest import Shell, adds_up, rows
from tests.integration.exporters.hugging_face import loaded
from tests.unit.adapters.imaging.pictures import packed, photograph

pytestmark = pytest.mark.long

REASONS = {
    "blur": "blurry",
    "dark": "too_dark",
    "bright": "too_bright",
    "low_information": "low_information",
    "odd_aspect": "odd_aspect",
    "placeholder": "placeholder",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Clean pictures and drawings, one with a watermark, and one of each defect."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number, one in enumerate(labelled(seed=8, each=1)):
        one.picture.save(pictures / f"{number:02}-{one.label}.jpg", quality=90)
    return pictures


async def test_strict_refuses_each_defect_by_its_name_and_a_setting_lets_it_pass(
    shell: Shell, folder: Path
) -> None:
    done = await shell("crawl", "--input", folder, "--validation", "strict", "--out", "ds", "--json")
    assert adds_up(done.document)
    assert done.document["job"]["rejected"] == dict.fromkeys(REASONS.values(), 1)
    kept = {row["title"].partition("-")[2] for row in rows(shell.folder / "ds")}
    assert kept == {"clean", "drawing", "watermark"}
    again = ("crawl", "--input", folder, "--validation", "strict", "--out", "lenient", "--json")
    lenient = await shell(*again, VALIDATION_BLUR="1", VALIDATION_ODD_ASPECT="1")
    assert set(REASONS.values()) - set(lenient.document["job"]["rejected"]) == {"blurry", "odd_aspect"}


async def test_report_keeps_them_with_their_scores_and_issues_and_loads_elsewhere(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    options = ("--validation", "strict", "--validation-mode", "report")
    done = await shell("crawl", "--input", folder, *options, "--out", "ds", "--json")
    assert done.document["job"]["rejected"] == {}
    for row in rows(shell.folder / "ds"):
        label = row["title"].partition("-")[2]
        assert set(MEASURED) < set(row["quality"])
        assert REASONS.get(label) in (row["quality"]["issues"] or [None])
    assert sum(
        sum(split.values()) for split in loaded(shell.folder / "ds", tmp_path / "cache")["path"].values()
    )


async def test_basic_keeps_what_breaks_off_and_has_no_hashes(shell: Shell, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    whole = packed(photograph(300, 200), "JPEG")
    (pictures / "whole.jpg").write_bytes(whole)
    (pictures / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (pictures / "page.jpg").write_bytes(b"<html>not found</html>")
    basic = await shell("crawl", "--input", pictures, "--validation", "basic", "--out", "basic", "--json")
    assert basic.document["job"]["rejected"] == {"not_an_image": 1}
    assert [row["phash"] for row in rows(shell.folder / "basic")] == [None, None]
    standard = await shell("crawl", "--input", pictures, "--out", "standard", "--json")
    assert standard.document["job"]["rejected"] == {"not_an_image": 1, "truncated": 1}
    assert all(row["phash"] for row in rows(shell.folder / "standard"))
