"""Keys that are fetched seldom, change when the provider changes them, and outlive its outages."""

import asyncio
import json
import uuid
from typing import Any

import pytest

from pixcrawler.adapters.auth.published_keys import FIRST_PAUSE, FRESH, LIFE, PAUSE, PublishedKeys
from pixcrawler.adapters.auth.token_rules import keys_in
from pixcrawler.domain.identity.errors import AuthUnavailable, InvalidToken
from tests.servers.gotrue_keys import SigningKey
from tests.unit.adapters.auth.forgery import EC, RSA, Hands, Publisher

DOWN = AuthUnavailable("away")


class Stage:
    def __init__(self, *keys: SigningKey) -> None:
        self.hands = Hands()
        self.publisher = Publisher(*keys)
        self.keys = PublishedKeys(self.publisher, self.hands)

    async def settled(self) -> None:
        """Until what was asked in the background is answered."""
        while len(asyncio.all_tasks()) > self.tasks:
            await asyncio.sleep(0)

    async def find(self, kid: str) -> Any:
        self.tasks = len(asyncio.all_tasks())
        found = await self.keys.find(kid)
        await self.settled()
        return found


async def test_keys_are_fetched_once_for_all_who_ask_at_once() -> None:
    stage = Stage(EC, RSA)
    found = await asyncio.gather(*(stage.keys.find(kid) for kid in ["ec", "rsa"] * 50))
    assert {key.algorithm_name for key in found} == {"ES256", "RS256"}
    assert stage.publisher.asked == 1


async def test_ten_thousand_unknown_keys_cause_no_more_than_two_questions() -> None:
    stage = Stage(EC)
    asked = (stage.keys.find(str(uuid.uuid4())) for _ in range(10_000))
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(end) for end in ends} == {InvalidToken}
    assert stage.publisher.asked <= 2
    stage.hands.at += PAUSE
    for _ in range(100):
        with pytest.raises(InvalidToken):
            await stage.keys.find(str(uuid.uuid4()))
    assert stage.publisher.asked <= 3


async def test_a_new_key_is_taken_within_a_minute_and_the_old_one_goes_on() -> None:
    stage = Stage(EC)
    await stage.find("ec")
    stage.publisher.keys.append(RSA)
    with pytest.raises(InvalidToken):
        await stage.find("rsa")
    stage.hands.at += PAUSE
    assert (await stage.find("rsa")).algorithm_name == "RS256"
    assert (await stage.find("ec")).algorithm_name == "ES256"


async def test_a_withdrawn_key_is_let_go() -> None:
    stage = Stage(EC, RSA)
    await stage.find("rsa")
    stage.publisher.keys.remove(RSA)
    stage.hands.at += FRESH
    assert await stage.find("ec")
    with pytest.raises(InvalidToken):
        await stage.find("rsa")
    assert stage.publisher.asked == 2


async def test_while_nobody_publishes_keys_the_old_ones_serve_for_a_day() -> None:
    stage = Stage(EC)
    await stage.find("ec")
    stage.publisher.answer = DOWN
    stage.hands.at += LIFE - 1
    assert await stage.find("ec")
    with pytest.raises(AuthUnavailable):
        await stage.find("rsa")
    stage.hands.at += 1
    with pytest.raises(AuthUnavailable):
        await stage.find("ec")


async def test_keys_come_back_with_their_publisher() -> None:
    stage = Stage(EC)
    stage.publisher.answer = DOWN
    for _ in range(10):
        with pytest.raises(AuthUnavailable):
            await stage.find("ec")
    assert stage.publisher.asked == 1
    stage.publisher.answer = None
    stage.hands.at += FIRST_PAUSE
    assert await stage.find("ec")


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [1]}', b"\xff", b"[" * 5000]
)
async def test_an_answer_that_is_no_key_set_changes_nothing(answer: bytes) -> None:
    stage = Stage(EC)
    await stage.find("ec")
    stage.publisher.answer = answer
    stage.hands.at += FRESH
    assert await stage.find("ec")
    assert await stage.find("ec")


async def test_who_stops_waiting_stops_nobody_else() -> None:
    stage = Stage(EC)
    gone = asyncio.create_task(stage.keys.find("ec"))
    waits = asyncio.create_task(stage.keys.find("ec"))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await waits).algorithm_name == "ES256"
    await asyncio.gather(gone, return_exceptions=True)
    assert gone.cancelled()


def _changed(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (EC.published | changes).items() if value is not None}


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "ec", "alg": "HS256"},
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "ec"},
        _changed(crv="P-384"),
        _changed(alg="RS256"),
        _changed(alg="none"),
        _changed(use="enc"),
        _changed(key_ops=["encrypt"]),
        _changed(key_ops="verify?"),
        _changed(kid=None),
        _changed(kid=7),
        _changed(x="!"),
        _changed(x=EC.published["y"]),
        _changed(d="AAAA"),
        {"kty": ["EC"], "kid": "ec"},
        RSA.published | {"n": RSA.published["n"][:170]},
    ],
)
def test_a_key_that_is_not_for_this_is_left_out(key: dict[str, Any]) -> None:
    other = SigningKey("ES256", kid="other")
    assert keys_in(json.dumps({"keys": [key, other.published]}).encode()).keys() == {"other"}


def test_a_key_without_uses_is_for_all() -> None:
    bare = {"kty", "crv", "x", "y", "kid"}
    key = {name: value for name, value in EC.published.items() if name in bare}
    assert keys_in(json.dumps({"keys": [key]}).encode()).keys() == {"ec"}
