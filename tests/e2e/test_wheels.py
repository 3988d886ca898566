"""Both distributions, built and installed into an environment of their own, work together there."""

import os
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.processes import finished
from tests.sdk import made

ROOT = Path(__file__).parents[2]
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.long
async def test_the_wheels_of_both_distributions_work(tmp_path: Path) -> None:
    for source in (ROOT, ROOT / "sdk"):
        build = f"from hatchling.build import build_wheel; build_wheel({str(tmp_path)!r})"
        done = await finished("-c", build, env=ENVIRON, cwd=source, command=sys.executable)
        assert done.code == 0, done.err
    venv.create(tmp_path / "venv", symlinks=True)
    inside = tmp_path / "venv/lib" / VERSION / "site-packages"
    for wheel in tmp_path.glob("*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            assert any(name.endswith("py.typed") for name in packed.namelist()) or "sdk" not in wheel.name
            packed.extractall(inside)
    (inside / "others.pth").write_text(
        str(next(Path(path) for path in sys.path if path.endswith("-packages")))
    )
    archive = made.as_zip(made.dataset(), tmp_path)
    program = (
        "import pixcrawler; print(pixcrawler.__file__, pixcrawler.verify(*__import__('sys').argv[1:]).ok)"
    )
    python = str(tmp_path / "venv/bin/python")
    done = await finished("-c", program, str(archive), env=ENVIRON, cwd=tmp_path, command=python)
    assert done.out.split() == [str(inside / "pixcrawler/__init__.py"), "True"], done.err
