"""The real command, as a user runs it, on the real pictures."""

import asyncio
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

PIXCRAWLER = Path(sys.executable).with_name("pixcrawler")


class Crawled(msgspec.Struct, frozen=True):
    """What one run of the command left behind. ``said`` is its JSON document."""

    status: int
    said: Any
    folder: Path

    @property
    def job(self) -> dict[str, Any]:
        job: dict[str, Any] = self.said["job"]
        return job


async def crawl(port: int, keywords: tuple[str, ...], *, max_images: int, at: Path) -> Crawled:
    """Crawl the real web on this port, with a home and a database server of its own under ``at``."""
    folder = at / "dataset"
    words = [
        *keywords,
        "--source",
        "openverse",
        "--max-images",
        str(max_images),
        "--out",
        str(folder),
        "--json",
    ]
    process = await asyncio.create_subprocess_exec(
        PIXCRAWLER,
        "crawl",
        *words,
        env=_environment(port, at / "home"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), 300)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    assert output, f"exit code {process.returncode}, and on stderr: {errors.decode()[-4000:]}"
    return Crawled(process.returncode, msgspec.json.decode(output), folder)


def _environment(port: int, home: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return plain | {
        "PIXCRAWLER_ENVIRONMENT": "test",
        "PIXCRAWLER_HOME": str(home),
        "SOURCE_OPENVERSE_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "SOURCE_OPENVERSE_INTERVAL": "0",
        "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{port}",
        "FETCH_PER_HOST_RATE": "0",
    }


def checksums(folder: Path) -> dict[str, str]:
    """SHA256SUMS: digest by file name."""
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below the folder, by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
