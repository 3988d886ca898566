"""The part of MediaWiki's action API that a search on Commons uses (formatversion 2)."""

from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

MARKS = "utm_source=commons.wikimedia.org&utm_campaign=imageinfo&utm_content=original"
ARTIST = '<a href="//commons.wikimedia.org/wiki/User:Ann" title="User:Ann">Ann <b>Example</b></a>'
REQUIRED = {
    "action": "query",
    "format": "json",
    "formatversion": "2",
    "generator": "search",
    "gsrnamespace": "6",
    "prop": "imageinfo",
}


class WikimediaServer(ApiServer):
    """Holds ``count`` files about foxes. With ``parts`` a page's imageinfo comes in two answers."""

    path = "/w/api.php"

    def __init__(self, count: int = 120, *, parts: bool = False) -> None:
        super().__init__()
        self.files = [file(number) for number in range(count)]
        self.parts = parts

    @property
    def base_url(self) -> str:
        return f"{self.url}/w/api.php"

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        del headers  # open to all: it wants a user agent, and no key
        wrong = {name: value for name, value in REQUIRED.items() if asked.get(name) != value}
        if wrong:
            return web.json_response({"error": {"code": "badvalue", "info": f"Unrecognized value: {wrong}"}})
        words = [word for word in asked["gsrsearch"].lower().split() if ":" not in word]
        found = [one for one in self.files if all(word in one["title"].lower() for word in words)]
        offset, limit = int(asked.get("gsroffset", "0")), int(asked["gsrlimit"])
        pages = [dict(one, index=offset + at + 1) for at, one in enumerate(found[offset : offset + limit])]
        if not pages:
            return web.json_response({"batchcomplete": True})
        answer: dict[str, Any] = {"query": {"pages": sorted(pages, key=lambda one: one["pageid"])}}
        half = len(pages) // 2
        if self.parts and half and "iicontinue" not in asked:
            answer["query"]["pages"] = [
                _without_info(page) if page["index"] - offset > half else page for page in pages
            ]
            answer["continue"] = {"gsroffset": offset, "iicontinue": "second", "continue": "gsroffset||"}
            return web.json_response(answer)
        if self.parts and half:
            answer["query"]["pages"] = [
                page if page["index"] - offset > half else _without_info(page) for page in pages
            ]
        answer["batchcomplete"] = True
        if offset + limit < len(found):
            answer["continue"] = {"gsroffset": offset + limit, "continue": "gsroffset||"}
        return web.json_response(answer)


def _without_info(page: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in page.items() if name != "imageinfo"}


def file(number: int, *, mime: str = "image/jpeg", license_: str = "CC BY-SA 4.0") -> dict[str, Any]:
    """Page ids run against the order of relevance, as they do in truth."""
    name = f"Red fox {number}.jpg"
    address = f"https://upload.wikimedia.org/wikipedia/commons/a/ab/Red_fox_{number}.jpg"
    return {
        "pageid": 90_000 - number,
        "ns": 6,
        "title": f"File:{name}",
        "index": 0,
        "imagerepository": "local",
        "imageinfo": [
            {
                "size": 1_000_000 + number,
                "width": 4000,
                "height": 3000,
                "url": f"{address}?{MARKS}",
                "descriptionurl": f"https://commons.wikimedia.org/wiki/File:Red_fox_{number}.jpg",
                "descriptionshorturl": f"https://commons.wikimedia.org/w/index.php?curid={90_000 - number}",
                "mime": mime,
                "extmetadata": {
                    "ObjectName": {
                        "value": f"Red fox {number}",
                        "source": "mediawiki-metadata",
                        "hidden": "",
                    },
                    "Artist": {
                        "value": ARTIST,
                        "source": "commons-desc-page",
                    },
                    "License": {
                        "value": license_.lower().replace(" ", "-"),
                        "source": "commons-templates",
                        "hidden": "",
                    },
                    "LicenseShortName": {"value": license_, "source": "commons-desc-page", "hidden": ""},
                    "LicenseUrl": {
                        "value": "https://creativecommons.org/licenses/by-sa/4.0",
                        "source": "commons-desc-page",
                        "hidden": "",
                    },
                },
            }
        ],
    }
