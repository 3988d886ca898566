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
ASKED = 400


async def test_as_many_pass_as_one_process_would_let_through(environ: dict[str, str], tmp_path: Path) -> None:
    """Of the limit that has the longest window, so that a slow machine lets no more through."""
    mine = {**environ, "API_WORKERS": "4", "LIMITER_ENABLED": "true", "LIMITER_KEY_PER_HOUR": str(MOST)}
    async with open_app(load_settings(mine)) as app:
        key = (await app.identity.make_superuser("ann")).key
    each_anew = httpx.Limits(max_connections=40, max_keepalive_connections=0)
    headers = {"authorization": f"Bearer {key}"}
    async with (
        serving_process(mine, tmp_path) as served,
        httpx.AsyncClient(base_url=served.url, headers=headers, limits=each_anew, timeout=60) as client,
    ):
        answers = await asyncio.gather(*(client.get("/api/v1/sources") for _ in range(ASKED)))
    told = Counter(answer.status_code for answer in answers)
    assert told.keys() == {200, 429}
    assert abs(told[200] - MOST) <= 1
    assert told[429] == ASKED - told[200]
