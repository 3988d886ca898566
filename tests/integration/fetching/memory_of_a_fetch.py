"""How much memory one fetch takes, in its own process: ``python -m … URL KIND`` prints bytes.

KIND is ``file`` or, for the site's robots.txt, ``rules``.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.web_fetcher import WebFetcher
from tests.fakes.bodies import Bodies
from tests.integration.fetching.site import Site, guard_for


def memory(field: str) -> int:
    """Of this process, as the kernel counts it. (``getrusage`` also counts what the parent had.)"""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise AssertionError(field)


async def main(url: str, kind: str) -> None:
    site = Site(port=int(url.split(":")[2].partition("/")[0]))
    with tempfile.TemporaryDirectory() as folder:
        bodies = Bodies(Path(folder))
        fetcher = WebFetcher(
            guard=guard_for(site),
            receive=bodies,
            user_agent="PixCrawler",
            repeats=Repeats(attempts=1),
            respect_robots=kind == "rules",
        )
        if kind == "file":
            await fetcher.fetch(f"{site.url}/warm-up.jpg")
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = memory("VmRSS")
        got = await fetcher.fetch(url)
        print(memory("VmHWM") - before, type(got).__name__, getattr(got, "reason", ""))
        await fetcher.aclose()
        bodies.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
