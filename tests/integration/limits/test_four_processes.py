"""One limit over four processes of an API."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx
import pytest

from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.settings import load_settings
from tests.api.served import serving_process

pytestmark = pytest.mark.long

MOST = 150
CLIENTS = 40


async def test_as_many_pass_as_one_process_would_let_through(environ: dict[str, str], tmp_path: Path) -> None:
    mine = {
        **environ,
        "API_WORKERS": "4",
        "LIMITER_ENABLED": "true",
        "LIMITER_USER_PER_MINUTE": str(MOST),
        "LIMITER_KEY_PER_HOUR": "100000",
    }
    async with open_app(load_settings(mine)) as app:
        key = (await app.identity.make_superuser("ann")).key
    async with serving_process(mine, tmp_path) as served:
        statuses = await asyncio.gather(*(ask(served.url, key, times=20) for _ in range(CLIENTS)))
    told = Counter(status for some in statuses for status in some)
    assert told.keys() == {200, 429}
    assert abs(told[200] - MOST) <= 1
    assert told[429] == CLIENTS * 20 - told[200]


async def ask(url: str, key: str, *, times: int) -> list[int]:
    """Each time on a connection of its own, so that all processes have their share."""
    found = []
    for _ in range(times):
        async with httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {key}"}) as client:
            found.append((await client.get("/api/v1/sources")).status_code)
    return found
