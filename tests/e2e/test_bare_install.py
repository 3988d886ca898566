"""`pip install pixcrawler` without the platform: every command says what to install, and help works."""

import os
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import pixcrawler
from pixcrawler.entrypoints.cli.main import COMMANDS
from tests.processes import finished

BASE = ("click", "msgspec", "rich", "markdown_it", "mdurl", "pygments", "dotenv")
"""The base dependencies, and what they stand on."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the base dependencies and nothing else."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    inside = home / "lib" / version / "site-packages"
    have = Path(sysconfig.get_paths()["purelib"])
    for name in BASE:
        (inside / name).symlink_to(have / name)
    for record in have.glob("pixcrawler-*.dist-info"):
        (inside / record.name).symlink_to(record)
    assert pixcrawler.__file__
    (inside / "pixcrawler.pth").write_text(str(Path(pixcrawler.__file__).parents[1]))
    return home / "bin" / "python"


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_a_command_of_the_platform_says_what_to_install(bare: Path, name: str, tmp_path: Path) -> None:
    code, out, err = await _runs(bare, tmp_path, name, "fox", "--max-images", "3")
    assert code == 2, err
    assert "pip install 'pixcrawler[server]'" in err
    assert len(err.strip().splitlines()) == 1
    assert not out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
async def test_help_and_version_need_no_platform(bare: Path, words: list[str], tmp_path: Path) -> None:
    code, out, err = await _runs(bare, tmp_path, *words)
    assert (code, err) == (0, "")
    assert "pixcrawler" in out


async def _runs(python: Path, folder: Path, *words: str) -> tuple[int, str, str]:
    program = "from pixcrawler.entrypoints.cli.main import main; main(prog_name='pixcrawler')"
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = await finished("-c", program, *words, env=environ, cwd=folder, command=str(python))
    return done.code, done.out, done.err
