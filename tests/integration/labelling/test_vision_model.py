"""A vision model over HTTP: what it is sent, and what of its answers is believed."""

import base64
import json
import ssl
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pixcrawler.adapters.fetching.chat_client import ChatClient
from pixcrawler.adapters.labelling import LABELERS
from pixcrawler.application.ports.labeler import Judged, Labeler, NotJudged
from tests.servers.chat import ChatServer, chat_server, said

CLASSES = ["cat", "dog"]


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with chat_server() as serving:
        yield serving


@pytest.fixture
async def model(server: ChatServer) -> AsyncIterator[Labeler]:
    async with ChatClient(
        base_url=server.url, model="sees", api_key="k1", timeout=5, tls=ssl.create_default_context()
    ) as chat:
        yield LABELERS["openai_vision"](chat)


async def test_it_is_sent_a_jpeg_the_classes_and_nothing_else(server: ChatServer, model: Labeler) -> None:
    server.answer = said(json.dumps({"label": "dog", "confidence": 0.25}))
    assert await model.judge(b"\xff\xd8jpeg", CLASSES) == Judged("dog", 0.25)
    (asked,) = server.asked
    text, image = asked["messages"][1]["content"]
    assert json.loads(text["text"]) == {"classes": CLASSES}
    head, _, body = image["image_url"]["url"].partition(",")
    assert (head, base64.b64decode(body)) == ("data:image/jpeg;base64", b"\xff\xd8jpeg")
    schema = asked["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["label"]["enum"] == CLASSES


@pytest.mark.parametrize(
    ("answer", "away"),
    [
        ((500, b""), True),
        ((429, b""), True),
        ((401, b""), False),
        (b"<html>", False),
        (said("dog"), False),
        (said('{"label": "lynx", "confidence": 1}'), False),
        (said('{"label": "Dog", "confidence": 1}'), False),
        (said('{"label": "dog"}'), False),
        (said('{"label": "dog", "confidence": 1.5}'), False),
        (said('{"label": "dog", "confidence": "high"}'), False),
        (said('{"label": "dog", "confidence": NaN}'), False),
        (said('{"label": "dog", "confidence": 1, "reason": "it barks"}'), False),
        (said('```json\n{"label": "dog", "confidence": 1}\n```'), False),
    ],
)
async def test_other_answers_are_none(server: ChatServer, model: Labeler, answer: Any, away: bool) -> None:
    server.answer = answer
    judged = await model.judge(b"jpeg", CLASSES)
    assert isinstance(judged, NotJudged)
    assert judged.away is away
    assert len(server.asked) == 1


async def test_a_model_that_is_not_there_is_away() -> None:
    async with ChatClient(
        base_url="http://127.0.0.1:1/v1", model="m", api_key=None, timeout=5, tls=ssl.create_default_context()
    ) as chat:
        judged = await LABELERS["openai_vision"](chat).judge(b"jpeg", CLASSES)
    assert isinstance(judged, NotJudged)
    assert judged.away
