"""The API of a plug-in that the tests install: foxes, ten a page, for who has the key."""

from aiohttp import web

from tests.servers.api import ApiServer

PAGE = 10


class AtticServer(ApiServer):
    path = "/api/search"

    def __init__(self, urls: list[str], *, key: str = "right") -> None:
        super().__init__()
        self.urls = urls
        self.key = key

    @property
    def base_url(self) -> str:
        return f"{self.url}/api"

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        if headers.get("x-key") != self.key:
            return web.json_response({"error": "no key"}, status=401)
        start = int(asked.get("after", "0"))
        found = self.urls if asked["q"] in {"fox", "cat"} else []
        photos = [{"url": url, "title": "Fox", "license": "CC BY 4.0"} for url in found[start : start + PAGE]]
        more = str(start + PAGE) if start + PAGE < len(found) else None
        return web.json_response({"photos": photos, "next": more})
