"""An iNaturalist-shaped API: the parameters, limits and fields of its own documentation (v1)."""

from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

MOST = 200
DEEPEST = 10_000
LICENSES = ("cc-by-nc", "cc0", "cc-by", None)
OPEN_DATA = "https://inaturalist-open-data.s3.amazonaws.com/photos"
CLOSED = "https://static.inaturalist.org/photos"


class INaturalistServer(ApiServer):
    """Holds ``count`` observations of foxes, the newest first, with ``photos`` photographs each."""

    path = "/v1/observations"

    def __init__(self, count: int = 50, *, photos: int = 1) -> None:
        super().__init__()
        self.observations = [observation(number, photos) for number in reversed(range(count))]

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        del headers  # open to all
        page, size = int(asked.get("page", "1")), min(int(asked.get("per_page", "30")), MOST)
        if page * size > DEEPEST:
            words = "Result window is too large, page * per_page must be less than or equal to 10000"
            return web.json_response({"error": words, "status": 403}, status=403)
        found = [one for one in self.observations if _matches(one, asked)]
        found.sort(key=lambda one: int(one["id"]), reverse=asked.get("order") != "asc")
        answer = {
            "total_results": len(found),
            "page": page,
            "per_page": size,
            "results": found[(page - 1) * size : page * size],
        }
        return web.json_response(answer)


def _matches(one: dict[str, Any], asked: dict[str, str]) -> bool:
    taxon = one.get("taxon") or {}
    names = f"{taxon.get('name')} {taxon.get('preferred_common_name')}".lower()
    if not all(word in names for word in asked.get("q", "").lower().split()):
        return False
    if "id_above" in asked and one["id"] <= int(asked["id_above"]):
        return False
    wanted = asked.get("photo_license", "").split(",")
    return wanted == [""] or any(photo["license_code"] in wanted for photo in one.get("photos") or ())


def observation(number: int, photos: int = 1) -> dict[str, Any]:
    id_ = 1_000 + number
    return {
        "id": id_,
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "quality_grade": "research",
        "uri": f"https://www.inaturalist.org/observations/{id_}",
        "license_code": "cc-by-nc",
        "species_guess": "Red Fox",
        "taxon": {
            "id": 42069,
            "rank": "species",
            "rank_level": 10,
            "name": "Vulpes vulpes",
            "preferred_common_name": "Red Fox",
            "iconic_taxon_name": "Mammalia",
            "is_active": True,
        },
        "user": {"id": 7, "login": "ann", "name": "Ann Example", "icon_url": None},
        "photos": [photo(100 * id_ + at, LICENSES[number % len(LICENSES)]) for at in range(photos)],
        "tags": [],
        "observed_on": "2024-05-01",
        "captive": False,
    }


def photo(id_: int, license_code: str | None) -> dict[str, Any]:
    said = "all rights reserved" if license_code is None else f"some rights reserved ({license_code})"
    return {
        "id": id_,
        "license_code": license_code,
        "original_dimensions": {"width": 2048, "height": 1536},
        "url": f"{OPEN_DATA if license_code else CLOSED}/{id_}/square.jpg",
        "attribution": f"(c) Ann Example, {said}",
        "flags": [],
        "moderator_actions": [],
        "hidden": False,
    }
