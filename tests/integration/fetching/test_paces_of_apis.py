"""A source's API is paced by where it is."""

import msgspec
import pytest

from pixcrawler.application.ports.pace import HostPaused
from pixcrawler.bootstrap.paces import Paces
from pixcrawler.settings import load_settings
from pixcrawler.settings.platform import RedisSettings

REAL, OTHER = "https://api.openverse.org/v1", "http://127.0.0.1:8001/v1"


async def test_a_complaint_of_an_api_says_nothing_of_a_test_server_in_its_place(
    redis_url: str, redis_prefix: str
) -> None:
    settings = msgspec.structs.replace(load_settings({}), redis=RedisSettings(prefix=redis_prefix))
    paces = Paces(settings, redis_url)
    paces.of_api("openverse", 0.0, REAL).slow_down("api", 100)
    with pytest.raises(HostPaused):
        async with paces.of_api("openverse", 0.0, REAL).turn("api", patience=1):
            pass
    async with paces.of_api("openverse", 0.0, OTHER).turn("api", patience=1):
        pass
    await paces.aclose()
