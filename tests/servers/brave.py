"""Brave's image search API: parameters, fields and errors of its own reference."""

from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

MOST = 200


class BraveServer(ApiServer):
    """Holds ``count`` pictures of foxes, and takes ``token`` as the one valid subscription token."""

    path = "/res/v1/images/search"

    def __init__(self, count: int = 50, *, token: str = "right-token") -> None:
        super().__init__()
        self.results = [result(number) for number in range(count)]
        self.token = token

    @property
    def base_url(self) -> str:
        return f"{self.url}/res/v1"

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        if "x-subscription-token" not in headers:
            where = {"type": "missing", "loc": ["header", "x-subscription-token"], "msg": "Field required"}
            return error(422, "VALIDATION", "Unable to validate request parameter(s)", {"errors": [where]})
        if headers["x-subscription-token"] != self.token:
            return error(422, "SUBSCRIPTION_TOKEN_INVALID", "The provided subscription token is invalid.")
        words, count = asked.get("q", ""), int(asked.get("count", "50"))
        if not 1 <= len(words) <= 400 or len(words.split()) > 50 or not 1 <= count <= MOST:
            return error(422, "VALIDATION", "Unable to validate request parameter(s)")
        found = [one for one in self.results if words.lower() in str(one["title"]).lower()][:count]
        answer = {
            "type": "images",
            "query": {
                "original": words,
                "altered": None,
                "spellcheck_off": True,
                "show_strict_warning": False,
            },
            "results": found,
            "extra": {"might_be_offensive": False},
        }
        return web.json_response(answer)


def error(status: int, code: str, detail: str, meta: dict[str, Any] | None = None) -> web.Response:
    told = {
        "id": "5d832250-9396-4f6e-b84a-2a1fe524cd7d",
        "status": status,
        "code": code,
        "detail": detail,
        "meta": meta or {"component": "authentication"},
    }
    return web.json_response({"type": "ErrorResponse", "error": told, "time": 1_663_072_993}, status=status)


def result(number: int) -> dict[str, Any]:
    return {
        "type": "image_result",
        "title": f"Fox {number}",
        "url": f"https://foxes.example/fox-{number}",
        "source": "foxes.example",
        "page_fetched": "2025-09-15T10:30:00Z",
        "thumbnail": {"src": f"https://imgs.search.brave.com/{number}", "width": 200, "height": 150},
        "properties": {
            "url": f"https://foxes.example/images/{number}.jpg",
            "placeholder": f"https://imgs.search.brave.com/placeholder/{number}",
            "width": 1920,
            "height": 1080,
        },
        "meta_url": {"scheme": "https", "netloc": "foxes.example", "hostname": "foxes.example"},
        "confidence": "high",
    }
