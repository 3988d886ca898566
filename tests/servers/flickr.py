"""The part of Flickr's REST API that a search uses: arguments, fields and error codes of its reference."""

import json
from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

MOST = 500
DEPTH = 4_000
NAMES = {
    "0": ("All Rights Reserved", ""),
    "1": ("Attribution-NonCommercial-ShareAlike License", "https://creativecommons.org/licenses/by-nc-sa/2.0/"),
    "2": ("Attribution-NonCommercial License", "https://creativecommons.org/licenses/by-nc/2.0/"),
    "3": ("Attribution-NonCommercial-NoDerivs License", "https://creativecommons.org/licenses/by-nc-nd/2.0/"),
    "4": ("Attribution License", "https://creativecommons.org/licenses/by/2.0/"),
    "5": ("Attribution-ShareAlike License", "https://creativecommons.org/licenses/by-sa/2.0/"),
    "6": ("Attribution-NoDerivs License", "https://creativecommons.org/licenses/by-nd/2.0/"),
    "7": ("No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    "8": ("United States Government Work", "http://www.usa.gov/copyright.shtml"),
    "9": ("Public Domain Dedication (CC0)", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "10": ("Public Domain Mark", "https://creativecommons.org/publicdomain/mark/1.0/"),
}  # fmt: skip
ASKED = ("4", "5", "9", "1")  # licences of the photos, in turn


class FlickrServer(ApiServer):
    """Holds ``count`` photos of foxes, and takes ``key`` as the one valid key.

    ``total_as_text``: numbers of the frame come as text, as they did for years.
    """

    path = "/services/rest/"

    def __init__(self, count: int = 50, *, key: str = "right-key") -> None:
        super().__init__()
        self.photos = [photo(number) for number in range(count)]
        self.licenses = dict(NAMES)
        self.key = key
        self.total_as_text = False

    @property
    def base_url(self) -> str:
        return f"{self.url}/services/rest"

    @property
    def searches(self) -> list[dict[str, str]]:
        return [asked for asked in self.requests if asked["method"] == "flickr.photos.search"]

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        del headers  # the key is a parameter
        if asked.get("format") != "json" or asked.get("nojsoncallback") != "1":
            return web.Response(text="jsonFlickrApi({})", content_type="text/javascript")
        if asked.get("api_key") != self.key:
            return fail(100, "Invalid API Key (Key not found)")
        match asked["method"]:
            case "flickr.photos.licenses.getInfo":
                listed = [{"id": id_, "name": name, "url": url} for id_, (name, url) in self.licenses.items()]
                return web.json_response({"licenses": {"license": listed}, "stat": "ok"})
            case "flickr.photos.search":
                return self._search(asked)
        return fail(112, f'Method "{asked["method"]}" not found')

    def _search(self, asked: dict[str, str]) -> web.Response:
        if not asked.get("text"):
            return fail(
                3, "Parameterless searches have been disabled. Please use flickr.photos.getRecent instead."
            )
        wanted = asked["license"].split(",") if "license" in asked else list(self.licenses)
        words = asked["text"].lower()
        found = [one for one in self.photos if words in one["title"].lower() and one["license"] in wanted]
        page, size = int(asked.get("page", "1")), min(int(asked.get("per_page", "100")), MOST)
        reached = min((page - 1) * size, max(0, DEPTH - size))  # deeper pages repeat the last one
        total = str(len(found)) if self.total_as_text else len(found)
        frame = {"page": page, "pages": -(-len(found) // size), "perpage": size, "total": total}
        return web.json_response({"photos": frame | {"photo": found[reached : reached + size]}, "stat": "ok"})


def fail(code: int, message: str) -> web.Response:
    return web.json_response({"stat": "fail", "code": code, "message": message})


def photos(*given: dict[str, Any], **frame: Any) -> str:
    """An answer that holds exactly these."""
    inner = {"page": 1, "pages": 1, "perpage": 500, "total": len(given), "photo": list(given)} | frame
    return json.dumps({"stat": "ok", "photos": inner})


def photo(number: int) -> dict[str, Any]:
    id_, secret = str(49_514_000_000 + number), "35d1b4f8db"
    at = f"https://live.staticflickr.com/65535/{id_}"
    return {
        "id": id_,
        "owner": "71925535@N03",
        "secret": secret,
        "server": "65535",
        "farm": 66,
        "title": f"Fox {number}",
        "ispublic": 1,
        "isfriend": 0,
        "isfamily": 0,
        "license": ASKED[number % len(ASKED)],
        "ownername": "Ann Example",
        "tags": "fox animal redfox",
        "url_l": f"{at}_{secret}_b.jpg",
        "height_l": 683,
        "width_l": 1024,
        "url_k": f"{at}_9f1b4f8dbc_k.jpg",
        "height_k": "1365",
        "width_k": "2048",
        "url_m": f"{at}_{secret}.jpg",
        "height_m": 333,
        "width_m": 500,
    }
