"""Sources that another distribution brings: a wheel is built, installed into a folder, and used."""

import csv
import io
import os
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import Shell, rows
from tests.processes import finished
from tests.servers.attic import AtticServer
from tests.servers.gotrue_project import PROJECT
from tests.servers.pictures import PictureWeb

PLUG_IN = Path(__file__).parents[1] / "data" / "plug_in"
INFO = "pixcrawler_attic-1.2.dist-info"
POINTS = """\
[pixcrawler.sources]
attic = pixcrawler_attic:ATTIC
shelf = pixcrawler_attic:SHELF
"""
BROKEN = """\
rusty = pixcrawler_attic.nowhere:ATTIC
plain = pixcrawler_attic:PLAIN
openverse = pixcrawler_attic:ATTIC
cracked = pixcrawler_attic:CRACKED
"""


def wheel(folder: Path, points: str) -> Path:
    """A pure wheel as the binary distribution format asks for it (PyPA specifications)."""
    files = {
        "pixcrawler_attic/__init__.py": (PLUG_IN / "pixcrawler_attic" / "__init__.py").read_text(),
        f"{INFO}/METADATA": "Metadata-Version: 2.1\nName: pixcrawler-attic\nVersion: 1.2\n",
        f"{INFO}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{INFO}/entry_points.txt": points,
    }
    record = io.StringIO()
    csv.writer(record).writerows([*((name, "", "") for name in files), (f"{INFO}/RECORD", "", "")])
    path = folder / "pixcrawler_attic-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{INFO}/RECORD": record.getvalue()}.items():
            archive.writestr(name, text)
    return path


def installed(shell: Shell, folder: Path, points: str = POINTS) -> Shell:
    """A shell whose Python finds the distribution. To install a pure wheel is to unpack it."""
    place = folder / "site"
    with zipfile.ZipFile(wheel(folder, points)) as archive:
        archive.extractall(place)
    return replace(shell, environ={**shell.environ, "PYTHONPATH": os.fspath(place)})


async def test_a_plug_in_is_listed_with_its_origin_and_its_settings(shell: Shell, tmp_path: Path) -> None:
    plugged = installed(shell, tmp_path)
    listed = (await plugged("sources", "list", "--json", SOURCE_SHELF_ENABLED="false")).document
    found = {one["id"]: one for one in listed["sources"]}
    assert found["openverse"]["origin"] == "pixcrawler"
    attic, shelf = found["attic"], found["shelf"]
    assert (attic["origin"], attic["enabled"], attic["key"]) == ("pixcrawler-attic 1.2", True, "optional")
    assert (shelf["enabled"], shelf["name"]) == (False, "The shelf")
    assert shelf["switch"] == "SOURCE_SHELF_ENABLED=true"
    assert listed["troubles"] == []
    shown = await plugged("config", "show", SOURCE_ATTIC_API_KEY="hush", SOURCE_ATTIC_INTERVAL="0.5")
    assert "SOURCE_ATTIC_API_KEY=***" in shown.out
    assert "SOURCE_ATTIC_INTERVAL=0.5" in shown.out
    wrong = await plugged("sources", "list", SOURCE_ATTIC_INTERVAL="soon", SOURCE_ATTIC_APIKEY="x")
    assert wrong.code == 2
    assert "SOURCE_ATTIC_INTERVAL" in wrong.err
    assert "did you mean SOURCE_ATTIC_API_KEY?" in wrong.err


async def test_a_plug_in_crawls_with_its_settings(shell: Shell, web: PictureWeb, tmp_path: Path) -> None:
    plugged = installed(shell, tmp_path)
    (tmp_path / "key").write_text("right\n")
    async with AtticServer(web.urls[:25]) as server:
        asked = {
            "SOURCE_ATTIC_BASE_URL": server.base_url,
            "SOURCE_ATTIC_INTERVAL": "0",
            "SOURCE_ATTIC_API_KEY_FILE": os.fspath(tmp_path / "key"),
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1:{server.port},127.0.0.1:{web.port}",
        }
        probed = await plugged("sources", "check", "attic", **asked)
        assert (probed.code, probed.out) == (0, "attic: The attic answers.\n")
        order = ("--source", "attic", "--max-images", "12", "--out", "ds", "--json")
        done = await plugged("crawl", "fox", *order, **asked)
        refused = await plugged("sources", "check", "attic", **(asked | {"SOURCE_ATTIC_API_KEY_FILE": ""}))
    assert done.code == 0, done.err
    assert done.document["job"]["accepted"] == 12
    found = {(row["source"], row["license"]) for row in rows(plugged.folder / "ds")}
    assert found == {("attic", "CC-BY-4.0")}
    assert refused.code == 5
    assert "SOURCE_ATTIC_API_KEY" in refused.out


async def test_broken_plug_ins_are_told_and_take_nobody_along(shell: Shell, tmp_path: Path) -> None:
    plugged = installed(shell, tmp_path, POINTS + BROKEN)
    done = await plugged("sources", "list", "--json")
    assert done.code == 0, done.err
    ids = [one["id"] for one in done.document["sources"]]
    assert {"openverse", "attic", "shelf"} <= set(ids)
    assert not {"rusty", "plain", "cracked"} & set(ids)
    assert len(done.document["troubles"]) == 4
    for name in ("rusty", "plain", "openverse", "cracked"):
        assert done.err.count(f"The source '{name}' of pixcrawler-attic 1.2 cannot be used") == 1


@pytest.mark.long
async def test_in_production_only_plug_ins_that_are_named_are_loaded(shell: Shell, tmp_path: Path) -> None:
    plugged = installed(shell, tmp_path, POINTS + BROKEN)
    done = await plugged(
        "sources",
        "list",
        "--json",
        PIXCRAWLER_ENVIRONMENT="production",
        SOURCE_ATTIC_ENABLED="true",
        **PROJECT,
    )
    assert done.code == 0, done.err
    found = done.document["sources"]
    enabled = {one["id"]: one["enabled"] for one in found if one["origin"] != "pixcrawler"}
    assert enabled == {"attic": True, "shelf": False, "rusty": False, "plain": False, "cracked": False}


@pytest.mark.long
async def test_the_public_suite_runs_on_the_plug_ins_own_source(shell: Shell, tmp_path: Path) -> None:
    plugged = installed(shell, tmp_path)
    test = os.fspath(PLUG_IN / "suite_of_the_shelf.py")
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", os.fspath(tmp_path)]
    done = await finished(
        "-m", "pytest", *options, test, command=sys.executable, env=plugged.environ, cwd=tmp_path
    )
    assert done.code == 0, done.out
    assert "12 passed" in done.out
