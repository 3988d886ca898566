"""A worker that fetches from one host as fast as the pace that it shares lets it. Its own process.

``python -m tests.integration.fetching.pace_worker REDIS_URL PREFIX PORT RATE CONNECTIONS FETCHES``
"""

import asyncio
import sys
import tempfile
import uuid
from pathlib import Path

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.pace_ledger import RedisLedger
from pixcrawler.adapters.fetching.pace_share import Sharing
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.web_fetcher import WebFetcher
from pixcrawler.application.ports.fetcher import Fetched
from tests.fakes.bodies import Bodies
from tests.integration.fetching.site import Site, guard_for

AT_ONCE = 64


async def main(url: str, prefix: str, port: int, rate: float, connections: int, fetches: int) -> None:
    sharing = Sharing(RedisLedger(url, prefix=prefix, me=uuid.uuid4().hex))
    share = sharing.part("files", rate=rate, connections=connections)
    pace = HostPace(per_host_rate=rate, per_host_connections=connections, share=share)
    site = Site(port=port)
    left = iter(range(fetches))
    with tempfile.TemporaryDirectory() as folder:
        bodies = Bodies(Path(folder))
        fetcher = WebFetcher(
            guard=guard_for(site),
            receive=bodies,
            user_agent="PixCrawler",
            pace=pace,
            repeats=Repeats(attempts=5, wait_min=0.01, wait_max=0.02),
            respect_robots=False,
        )

        async def one_after_the_other() -> int:
            came = 0
            for _ in left:
                got = await fetcher.fetch(f"{site.url}/a.jpg")
                if isinstance(got, Fetched):
                    got.body.discard()
                    came += 1
            return came

        print(sum(await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))))
        await fetcher.aclose()
        await sharing.aclose()
        bodies.close()


if __name__ == "__main__":
    url, prefix, *numbers = sys.argv[1:]
    asyncio.run(main(url, prefix, int(numbers[0]), float(numbers[1]), int(numbers[2]), int(numbers[3])))
