"""DuckDuckGo's result page with its token, and the JSON that its script then asks for."""

import re
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.servers.api import ApiServer

ANOMALY = """<!DOCTYPE html><html><body><form id="challenge-form"><div class="anomaly-modal__title">
Unfortunately, bots use DuckDuckGo too.</div></form></body></html>"""


class DuckDuckGoServer(ApiServer):
    """Holds ``count`` pictures of foxes. A token is for one query and one user agent; ``age`` ends all
    that were given."""

    path = "/{call:.*}"

    def __init__(self, count: int = 210) -> None:
        super().__init__()
        self.results = [result(number) for number in range(count)]
        self.generation = 1
        self.per_page = 100

    def age(self) -> None:
        self.generation += 1

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        token = self._token(asked["q"], headers["user-agent"])
        if not asked["call"]:
            page = f'<html><script>nrj("/d.js?q=x");DDG.deep.initialize();vqd="{token}";</script></html>'
            return web.Response(text=page, content_type="text/html")
        if asked.get("vqd") != token:
            return web.Response(status=403, text="")
        words = asked["q"].lower()
        found = [one for one in self.results if words in str(one["title"]).lower()]
        start = int(asked.get("s", "0"))
        answer: dict[str, Any] = {
            "ads": None,
            "query": asked["q"],
            "queryEncoded": asked["q"],
            "response_type": "places",
            "results": found[start : start + self.per_page],
            "vqd": {asked["q"]: token},
        }
        if start + self.per_page < len(found):
            following = urlencode({"q": asked["q"], "o": "json", "s": start + self.per_page, "vqd": token})
            answer["next"] = f"i.js?{following}"
        return web.json_response(answer, content_type="application/x-javascript")

    def _token(self, query: str, agent: str) -> str:
        digits = "".join(re.findall(r"\d", str(sum(map(ord, query + agent))))) or "0"
        return f"4-{digits}{self.generation:020d}"


def result(number: int) -> dict[str, Any]:
    return {
        "height": 683,
        "image": f"https://img.foxes.example/{number}.jpg",
        "image_token": f"{number:064x}",
        "source": "Bing",
        "thumbnail": f"https://tse1.mm.bing.net/th?id=OIP.{number}",
        "thumbnail_token": f"{number:064x}",
        "title": f"Fox {number}",
        "url": f"https://foxes.example/{number}",
        "width": 1024,
    }
