"""An inspector whose program is killed leaves nobody behind."""

import asyncio
import os
import signal
import sys

import pytest

from tests.integration.imaging.conftest import family, gone, until

PARENT = """
import asyncio, sys
from pixcrawler.adapters.imaging.inspector import ChildInspector
from tests.fakes.bodies import TempBody
from tests.unit.adapters.imaging.pictures import packed, photograph, tiff_of_directories

async def main():
    good, slow = TempBody(), TempBody()
    good.write(packed(photograph(), "JPEG"))
    slow.write(tiff_of_directories(20_000))
    async with ChildInspector(2, cpu_seconds=300, deadline=300) as inspector:
        await asyncio.gather(inspector.inspect(good), inspector.inspect(good))
        asking = asyncio.ensure_future(inspector.inspect(slow))
        await asyncio.sleep(0)
        good.discard(), slow.discard()
        print("ready", flush=True)
        await asking

if sys.argv[1] == "uvloop":
    import uvloop
    uvloop.run(main())
asyncio.run(main())
"""


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
async def test_no_process_outlives_the_parent(loop: str, sign: signal.Signals) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PARENT,
        loop,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    assert parent.stdout is not None
    assert await asyncio.wait_for(parent.stdout.readline(), 30) == b"ready\n"
    await until(lambda: len(family(parent.pid)[1]) == 2)
    zygotes, children = family(parent.pid)
    os.killpg(parent.pid, sign)
    await parent.communicate()
    await until(lambda: gone(zygotes + children))
