"""A client as a program: joins HOME, says so in one line of JSON, stays until its stdin ends.

With ``fork`` behind HOME it has a child, made without exec, which stays for ever.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from pixcrawler.adapters.embedded.client import embedded_servers
from pixcrawler.domain.shared.errors import Unavailable


async def main() -> None:
    try:
        async with embedded_servers(Path(sys.argv[1])) as servers:
            if "fork" in sys.argv and os.fork() == 0:
                signal.pause()
            urls = {"database_url": servers.database_url, "redis_url": servers.redis_url}
            print(json.dumps(urls), flush=True)
            await _end_of_stdin()
    except Unavailable as error:
        print(json.dumps({"code": error.code, "message": str(error)}), flush=True)


async def _end_of_stdin() -> None:
    """Not in a thread: that could not be interrupted."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    asyncio.run(main())
