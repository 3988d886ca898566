"""The import contracts of pyproject.toml notice what they forbid."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

OFFENCES = {
    "house": ("domain/imaging/facts.py", "import pixcrawler.bootstrap"),
    "doorways": ("entrypoints/http/__init__.py", "import pixcrawler.entrypoints.worker"),
    "doorways-adapters": ("entrypoints/cli/__init__.py", "import pixcrawler.adapters.storage"),
    "adapters": ("adapters/storage/__init__.py", "import pixcrawler.adapters.queue"),
    "adapters-use-cases": ("adapters/queue/__init__.py", "import pixcrawler.application.crawling"),
    "testing": ("testing/__init__.py", "import pixcrawler.application.crawling"),
    "sdk-alone": ("../pixcrawler_sdk/names.py", "import pixcrawler.domain"),
    "sdk-users": ("domain/shared/paging.py", "import pixcrawler_sdk"),
    "use-cases": ("application/crawling/__init__.py", "import pixcrawler.application.datasets"),
    "rules": ("domain/datasets/__init__.py", "import pixcrawler.domain.projects"),
    "core": ("application/storage/__init__.py", "import httpx"),
}
"""By contract: a file and the line that breaks it."""


def lint(folder: Path, *contracts: str) -> str:
    """What import-linter prints about the package in this folder."""
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    done = subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            "--config",
            ROOT / "pyproject.toml",
            "--no-cache",
            *chosen,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.stdout


def test_the_house_keeps_its_contracts() -> None:
    assert " 0 broken" in lint(ROOT / "src")


def test_each_contract_can_be_broken(tmp_path: Path) -> None:
    for source in ("src", "sdk/src"):
        ours = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / source, tmp_path / "src", ignore=ours, dirs_exist_ok=True)
    for path, line in OFFENCES.values():
        file = tmp_path / "src/pixcrawler" / path
        file.write_text(f"{file.read_text()}\n{line}\n")
    assert f" {len(OFFENCES)} broken" in lint(tmp_path / "src")


def test_each_contract_has_an_offence() -> None:
    config = (ROOT / "pyproject.toml").read_text()
    assert set(re.findall(r'^id = "(.+)"$', config, re.MULTILINE)) == OFFENCES.keys()


@pytest.mark.parametrize("file", ["server.txt", "dev.txt", "uv.txt"])
def test_requirements_are_hashed_and_name_no_host(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text()
    assert "://" not in text
    pins = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)
