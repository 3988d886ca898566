"""Asking a language model by the chat API that OpenAI began and most servers speak.

Where it is asked is the operator's own setting, so no address guard stands between: a model on this very
machine is the usual case. Redirects are not followed, as they would carry the key along.
"""

import asyncio
import ssl
from typing import Any, Self

import httpx
import msgspec

from pixcrawler.adapters.fetching.chat_failed import ChatFailed

LARGEST = 256 * 1024
"""Bytes of an answer."""


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice]


_answer = msgspec.json.Decoder(_Answer)


class ChatClient:
    """One model at one server. ``timeout`` is in seconds, for a whole answer."""

    def __init__(
        self, *, base_url: str, model: str, api_key: str | None, timeout: float, tls: ssl.SSLContext
    ) -> None:
        self.model = model
        self._timeout = timeout
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.AsyncClient(
            headers=headers, verify=tls, timeout=timeout, follow_redirects=False, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def ask(self, messages: list[dict[str, Any]], *, name: str, schema: dict[str, Any]) -> bytes:
        """What the model said, to be decoded as JSON of this schema: servers promise that and do not all
        keep it. Raises ChatFailed."""
        body = {
            "model": self.model,
            "messages": messages,
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": schema},
            },
        }
        try:
            async with asyncio.timeout(self._timeout):
                raw = await self._posted(msgspec.json.encode(body))
        except TimeoutError as error:
            raise ChatFailed(f"did not answer within {self._timeout:g} seconds", passing=True) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChatFailed("cannot be reached", passing=True) from error
        try:
            choice = _answer.decode(raw).choices[0]
        except (msgspec.DecodeError, UnicodeDecodeError, IndexError) as error:
            raise ChatFailed("did not answer in the form of the chat API", passing=False) from error
        if choice.finish_reason == "length":
            raise ChatFailed("was cut off in its answer", passing=False)
        return choice.message.content.encode(errors="replace")

    async def _posted(self, body: bytes) -> bytes:
        async with self._client.stream(
            "POST", self._url, content=body, headers={"Content-Type": "application/json"}
        ) as response:
            if response.status_code != 200:
                passing = response.status_code == 429 or response.status_code >= 500
                raise ChatFailed(f"answered with status {response.status_code}", passing=passing)
            raw = bytearray()
            async for piece in response.aiter_bytes():
                raw += piece
                if len(raw) > LARGEST:
                    raise ChatFailed("gave an answer that is far too long", passing=False)
        return bytes(raw)
