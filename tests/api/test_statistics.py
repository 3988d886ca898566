"""The numbers of a dataset's version, kept in Redis where there is one."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from tests.api.conftest import Api, OpenApi
from tests.api.dataset_room import DatasetRoom, furnish
from tests.api.image_room import image_room


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


@pytest.fixture
async def room(api: Api) -> AsyncIterator[DatasetRoom]:
    async for one in image_room(api):
        await furnish(api.app, one.stage, one.play.job.id)
        yield DatasetRoom(one)


async def test_numbers_are_made_once_and_shown_to_their_owner_alone(room: DatasetRoom, api: Api) -> None:
    key = await room.made()
    await room.built(key)
    before = Counter(api.app.cache.uses)
    told = [(await room.ask("GET", f"/datasets/{key}/stats{which}")).json() for which in ("", "?version=1")]
    assert told[0] == told[1]
    assert api.app.cache.uses - before == {("statistics", "miss"): 1, ("statistics", "hit"): 1}
    await room.ask("GET", f"/datasets/{key}/stats", 404, headers=await room.room.stranger())
    change = {"selection": {"jobs": [room.job], "steps": [{"do": "limit", "images": 1}]}, "version": 2}
    await room.ask("PATCH", f"/datasets/{key}", json=change)
    await room.built(key)
    assert (await room.ask("GET", f"/datasets/{key}/stats")).json()["images"] == 1
    assert (await room.ask("GET", f"/datasets/{key}/stats?version=1")).json() == told[0]
    await room.ask("DELETE", f"/datasets/{key}", 204)
    await room.ask("GET", f"/datasets/{key}/stats", 404)


async def test_without_redis_they_are_shown_all_the_same(open_for_all: OpenApi, api: Api) -> None:
    alone = await open_for_all(CACHE_URL="redis://127.0.0.1:1/0")
    async for one in image_room(alone):
        await furnish(alone.app, one.stage, one.play.job.id)
        room = DatasetRoom(one)
        key = await room.made()
        await room.built(key)
        for _ in range(2):
            assert (await room.ask("GET", f"/datasets/{key}/stats")).json()["images"] == 2
    assert alone.app.cache.uses == {("statistics", "miss"): 1, ("statistics", "away"): 1}
