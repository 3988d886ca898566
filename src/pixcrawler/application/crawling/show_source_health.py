"""How sources answered lately, without asking them."""

from collections.abc import Sequence

from pixcrawler.application.ports.cache import Cache
from pixcrawler.application.ports.source_health import FAILED, WORKED, SourceHealth
from pixcrawler.application.ports.waiting import together
from pixcrawler.application.use_case import use_case


@use_case
class ShowSourceHealth:
    """In the order of the ids."""

    cache: Cache

    async def __call__(self, source_ids: Sequence[str]) -> list[SourceHealth]:
        return await together(*map(self._of, source_ids))

    async def _of(self, source_id: str) -> SourceHealth:
        worked = await self.cache.get(WORKED, source_id)
        failed = await self.cache.get(FAILED, source_id)
        return SourceHealth(
            last_success=None if worked is None else worked.at,
            last_failure=None if failed is None else failed.at,
            failure_code=None if failed is None else failed.code,
        )
