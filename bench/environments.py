"""Environments for peers, apart from ours."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path


def made(requirements: Path, cache: Path, *, complete: bool = False) -> Path:
    """A virtual environment with exactly these requirements; made when it is not there. ``complete``: the
    list is all that is needed, whatever the packages in it say that they need."""
    pins = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = (cache / f"{requirements.stem}-{pins}").absolute()
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        _install(home, requirements, ["--no-deps"] * complete)
        (home / "complete").touch()
    return home


def _install(home: Path, requirements: Path, options: list[str]) -> None:
    python = home / "bin" / "python"
    if uv := shutil.which("uv"):
        subprocess.run([uv, "venv", "-q", "-p", sys.executable, home], check=True)
        subprocess.run([uv, "pip", "install", "-q", *options, "-p", python, "-r", requirements], check=True)
    else:
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *options, "-r", requirements], check=True)
