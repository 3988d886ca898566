import asyncio
from typing import Any

from pixcrawler.adapters.queue.saq_bells import SaqBells
from tests.api.conftest import Api, OpenApi


async def report(api: Api) -> tuple[int, dict[str, Any]]:
    answer = await api.stranger.get("/health/detailed")
    assert (await api.stranger.get("/api/v1/health/detailed")).status_code == answer.status_code
    return answer.status_code, answer.json()


async def test_a_platform_is_degraded_without_workers_and_says_so_and_with_one_all_is_well(
    open_api: OpenApi, redis_url: str, redis_prefix: str
) -> None:
    api = await open_api()
    status, told = await report(api)
    assert status == 503
    assert told["status"] == "degraded"
    assert told["workers"] == {"ok": False, "seen": 0}
    assert told["queue"] == {"ok": True, "waiting": 0, "running": 0, "oldest_seconds": None}
    assert told["database"]["ok"]
    assert told["redis"]["ok"]
    assert told["storage"]["ok"]
    bells = SaqBells(redis_url, prefix=redis_prefix)
    async with bells.hear("shared", lambda _: None), asyncio.timeout(30):
        while (await api.stranger.get("/health/detailed")).status_code != 200:
            await asyncio.sleep(0.05)
        status, told = await report(api)
    await bells.close()
    assert (status, told["status"], told["workers"]) == (200, "ok", {"ok": True, "seen": 1})


async def test_redis_away_is_told_without_saying_where_it_is(open_api: OpenApi) -> None:
    api = await open_api(REDIS_URL="redis://:hush@127.0.0.1:1/0")
    answer = await api.stranger.get("/health/detailed")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["redis"] == {"ok": False}
    assert answer.json()["workers"] == {"ok": False, "seen": None}
    assert answer.json()["database"]["ok"]
    assert "hush" not in answer.text
    assert "127.0.0.1" not in answer.text


async def test_a_store_elsewhere_that_is_away_stops_no_start_and_is_told(open_api: OpenApi) -> None:
    api = await open_api(
        STORAGE_PROVIDER="s3",
        STORAGE_S3_BUCKET="pictures",
        STORAGE_S3_ENDPOINT="http://127.0.0.1:1",
        STORAGE_S3_ACCESS_KEY="a",
        STORAGE_S3_SECRET_KEY="b",
        STORAGE_TIMEOUT="0.1",
    )
    answer = await api.stranger.get("/health/detailed")
    assert answer.status_code == 503
    assert (answer.json()["storage"]["ok"], answer.json()["database"]["ok"]) == (False, True)
