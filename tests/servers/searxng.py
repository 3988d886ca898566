"""A SearXNG instance's JSON, in the fields of its own search API and image results."""

from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

FORBIDDEN = "<!doctype html><title>403 Forbidden</title><h1>Forbidden</h1>"


class SearxngServer(ApiServer):
    """Holds ``count`` pictures of foxes, ``per_page`` on each page.

    ``formats`` are those of its settings. ``silent`` is what it says of its engines. With ``turns`` it gives
    its last page again for ever.
    """

    path = "/search"

    def __init__(self, count: int = 110, *, per_page: int = 40) -> None:
        super().__init__()
        self.results = [result(number) for number in range(count)]
        self.per_page = per_page
        self.formats: tuple[str, ...] = ("html", "json")
        self.silent: list[Any] = []
        self.turns = False

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        del headers
        if asked.get("format") not in self.formats:
            return web.Response(status=403, text=FORBIDDEN, content_type="text/html")
        if asked.get("categories") != "images":
            return web.json_response({"error": "this server knows images only"}, status=400)
        words = asked["q"].lower()
        found = [one for one in self.results if words in str(one["title"]).lower()]
        page = int(asked.get("pageno", "1"))
        if self.turns:
            page = min(page, -(-len(found) // self.per_page))
        start = (page - 1) * self.per_page
        return web.json_response(
            {
                "query": asked["q"],
                "number_of_results": 0,
                "results": found[start : start + self.per_page],
                "answers": [],
                "corrections": [],
                "infoboxes": [],
                "suggestions": ["fox den"],
                "unresponsive_engines": self.silent,
            }
        )


def result(number: int) -> dict[str, Any]:
    return {
        "template": "images.html",
        "url": f"https://foxes.example/{number}",
        "thumbnail_src": f"https://thumbs.example/{number}.jpg",
        "img_src": f"https://img.foxes.example/{number}.jpg",
        "content": "A fox.",
        "title": f"Fox {number}",
        "source": "foxes.example",
        "resolution": "1024 x 683",
        "img_format": "jpeg",
        "filesize": "",
        "author": "Ann" if number % 2 == 0 else "",
        "engine": "bing images",
        "engines": ["bing images", "google images"],
        "parsed_url": ["https", "foxes.example", f"/{number}", "", "", ""],
        "positions": [number + 1],
        "score": 1.0 / (number + 1),
        "category": "images",
        "publishedDate": None,
        "thumbnail": None,
    }
