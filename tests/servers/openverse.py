"""An Openverse-shaped search API: the parameters, limits and fields of its own reference and serializers."""

from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

DEPTH = 240
ANONYMOUS_PAGE = 20
LICENSES = ("by", "by-sa", "by-nc", "by-nd", "cc0", "pdm")
VERSIONS = {"cc0": "1.0", "pdm": "1.0"}


class OpenverseServer(ApiServer):
    """Holds ``count`` works about foxes, and takes ``token`` as the one valid access token."""

    path = "/v1/images/"

    def __init__(self, count: int = 50, *, token: str = "right") -> None:
        super().__init__()
        self.works = [work(number) for number in range(count)]
        self.token = token

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        given = headers.get("authorization")
        if given is not None and given != f"Bearer {self.token}":
            return web.json_response({"detail": "Invalid token."}, status=401)
        page, size = int(asked.get("page", "1")), int(asked.get("page_size", "20"))
        if given is None and size > ANONYMOUS_PAGE:
            detail = f"page_size may not exceed {ANONYMOUS_PAGE} for anonymous requests"
            return web.json_response({"detail": detail}, status=401)
        if page * size > DEPTH:
            return web.json_response({"detail": {"page": ["Invalid page."]}}, status=400)
        found = [one for one in self.works if self._matches(one, asked)][:DEPTH]
        answer = {
            "result_count": len(found),
            "page_count": -(-len(found) // size),
            "page_size": size,
            "page": page,
            "results": found[(page - 1) * size : page * size],
        }
        return web.json_response(answer)

    def _matches(self, one: dict[str, Any], asked: dict[str, str]) -> bool:
        """``mature`` counts whenever it is sent, whatever its value: so does the real one. ``q`` knows quotes
        and ``-word``."""
        words = asked.get("q", "").lower().split()
        title = str(one["title"]).lower()
        wanted = " ".join(word.strip('"') for word in words if not word.startswith("-"))
        if wanted not in title or any(word[1:].strip('"') in title for word in words if word[0] == "-"):
            return False
        if one["mature"] and not asked.get("mature"):
            return False
        if "license" in asked and one["license"] not in asked["license"].split(","):
            return False
        kinds = asked.get("license_type", "").split(",")
        if "commercial" in kinds and "nc" in one["license"]:
            return False
        if "modification" in kinds and "nd" in one["license"]:
            return False
        return "extension" not in asked or one["filetype"] in asked["extension"].split(",")


def work(number: int) -> dict[str, Any]:
    license_ = LICENSES[number % len(LICENSES)]
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "title": f"Fox {number}",
        "indexed_on": "2020-01-01T00:00:00Z",
        "foreign_landing_url": f"https://www.flickr.com/photos/ann/{number}",
        "url": f"https://live.staticflickr.com/1/{number}_b.jpg",
        "creator": "Ann",
        "creator_url": "https://www.flickr.com/photos/ann",
        "license": license_,
        "license_version": VERSIONS.get(license_, "2.0"),
        "license_url": f"https://creativecommons.org/licenses/{license_}/2.0/",
        "provider": "flickr",
        "source": "flickr",
        "category": None,
        "filesize": None,
        "filetype": "jpg" if number % 2 else "png",
        "tags": [{"name": "fox", "accuracy": None}, {"name": "animal", "accuracy": 0.9}],
        "attribution": f'"Fox {number}" by Ann is licensed under CC {license_.upper()}.',
        "fields_matched": ["title"],
        "mature": False,
        "height": 683,
        "width": 1024,
        "thumbnail": f"https://api.openverse.org/v1/images/{number}/thumb/",
        "detail_url": f"https://api.openverse.org/v1/images/{number}/",
        "related_url": f"https://api.openverse.org/v1/images/{number}/related/",
    }
