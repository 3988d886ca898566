"""robots.txt, for sources whose client does not read it itself."""

import ssl

from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.misses import miss_of_error
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.robots import Objection, Robots
from pixcrawler.adapters.fetching.shared_robots import SharedRobots
from pixcrawler.adapters.fetching.urls import read_url
from pixcrawler.adapters.fetching.user_agent import product_token
from pixcrawler.adapters.fetching.wire import Wire
from pixcrawler.application.ports.pace import Pace
from pixcrawler.domain.shared.reasons import Reason


class SiteRules:
    """Nothing is opened before the first question."""

    def __init__(
        self,
        *,
        guard: AddressGuard,
        user_agent: str,
        pace: Pace,
        repeats: Repeats | None = None,
        shared: SharedRobots | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._wire = Wire(guard, user_agent=user_agent, tls=tls)
        self._robots = Robots(
            self._wire,
            guard,
            pace,
            agent=product_token(user_agent),
            repeats=repeats or Repeats(),
            shared=shared,
        )

    async def objection(self, url: str) -> Objection | None:
        """What stands against fetching it; a site that cannot be asked for its rules is closed."""
        try:
            return await self._robots.objection(read_url(url))
        except Exception as error:
            miss = miss_of_error(error)
            if miss.reason is Reason.INTERNAL:
                raise
            return Objection(miss.reason, miss.evidence)

    async def aclose(self) -> None:
        await self._robots.aclose()
        await self._wire.aclose()
