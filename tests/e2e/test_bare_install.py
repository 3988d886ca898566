"""`pip install pixcrawler` without the platform: help works, datasets are verified, every other command
says what to install."""

import os
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import pixcrawler
import pixcrawler_sdk
from pixcrawler.entrypoints.cli.main import COMMANDS, ON_THE_SDK
from tests.processes import finished
from tests.sdk import made

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
    ours = [
        str(Path(package.__file__).parents[1]) for package in (pixcrawler, pixcrawler_sdk) if package.__file__
    ]
    (inside / "pixcrawler.pth").write_text("\n".join(ours))
    return home / "bin" / "python"


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - ON_THE_SDK))
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


async def test_a_dataset_is_verified_without_the_platform(bare: Path, tmp_path: Path) -> None:
    good = made.as_zip(made.dataset(), tmp_path)
    code, out, err = await _runs(bare, tmp_path, "datasets", "verify", str(good))
    assert (code, err) == (0, "")
    assert out == f"{good}: all is well; 4 images, 8 files, {_sizes()} bytes\n"
    code, out, err = await _runs(
        bare, tmp_path, "datasets", "verify", str(made.as_7z(made.dataset(), tmp_path))
    )
    assert (code, out) == (2, "")
    assert "pip install 'pixcrawler-sdk[7z]'" in err


async def test_importing_the_package_loads_nothing_of_the_platform(bare: Path, tmp_path: Path) -> None:
    program = (
        "import sys, pixcrawler; pixcrawler.verify; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    done = await finished("-c", program, env=_environ(), cwd=tmp_path, command=str(bare))
    assert done.code == 0, done.err
    assert "pixcrawler_sdk" in done.out.split()
    assert not {"click", "PIL", "sqlalchemy", "litestar"} & {*done.out.split()}


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _sizes() -> str:
    return f"{sum(map(len, made.dataset().values())):,}"


async def _runs(python: Path, folder: Path, *words: str) -> tuple[int, str, str]:
    program = "from pixcrawler.entrypoints.cli.main import main; main(prog_name='pixcrawler')"
    done = await finished("-c", program, *words, env=_environ(), cwd=folder, command=str(python))
    return done.code, done.out, done.err
