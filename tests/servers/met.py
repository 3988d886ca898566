"""The Met's Collection API, as its documentation describes it."""

from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

IMAGES = "https://images.metmuseum.org/CRDImages/as/original"


class MetServer(ApiServer):
    """Holds ``count`` works with foxes, with ``pictures`` pictures each, in the public domain.

    After them come ``single`` works with one picture.
    """

    path = "/public/collection/v1/{resource:.*}"

    def __init__(self, count: int = 50, *, pictures: int = 1, single: int = 0) -> None:
        super().__init__()
        works = [work(number, pictures) for number in range(count)]
        works += [work(number) for number in range(count, count + single)]
        self.works = {one["objectID"]: one for one in works}
        self.listed = list(self.works)

    @property
    def base_url(self) -> str:
        return f"{self.url}/public/collection/v1"

    @property
    def searches(self) -> int:
        return sum(asked["resource"] == "search" for asked in self.requests)

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        del headers  # open to all
        if asked["resource"] == "search":
            words = asked["q"].lower()
            found = [id_ for id_ in self.listed if words in self._title(id_)]
            return web.json_response({"total": len(found), "objectIDs": found or None})
        one = self.works.get(int(asked["resource"].removeprefix("objects/")))
        if one is None:
            return web.json_response({"message": "Not a valid object"}, status=404)
        return web.json_response(one)

    def _title(self, id_: int) -> str:
        return str(self.works.get(id_, {"title": "fox"})["title"]).lower()


def work(number: int, pictures: int = 1) -> dict[str, Any]:
    id_ = 45_000 + number
    return {
        "objectID": id_,
        "isHighlight": False,
        "accessionNumber": "36.100.45",
        "accessionYear": "1936",
        "isPublicDomain": True,
        "primaryImage": f"{IMAGES}/DP{id_}.jpg",
        "primaryImageSmall": f"https://images.metmuseum.org/CRDImages/as/web-large/DP{id_}.jpg",
        "additionalImages": [f"{IMAGES}/DP{id_}_{more}.jpg" for more in range(1, pictures)],
        "constituents": None,
        "department": "Asian Art",
        "objectName": "Hanging scroll",
        "title": f"Fox and Millet {number}",
        "culture": "Japan",
        "artistDisplayName": "Kiyohara Yukinobu",
        "artistDisplayBio": "Japanese, 1643-1682",
        "artistWikidata_URL": "https://www.wikidata.org/wiki/Q11560527",
        "artistULAN_URL": "http://vocab.getty.edu/page/ulan/500034433",
        "objectDate": "late 17th century",
        "medium": "Hanging scroll; ink and color on silk",
        "measurements": None,
        "creditLine": "The Howard Mansfield Collection, Purchase, Rogers Fund, 1936",
        "classification": "Paintings",
        "rightsAndReproduction": "",
        "objectURL": f"https://www.metmuseum.org/art/collection/search/{id_}",
        "tags": [
            {"term": "Foxes", "AAT_URL": "http://vocab.getty.edu/page/aat/300250130", "Wikidata_URL": None}
        ],
    }


def closed(one: dict[str, Any]) -> dict[str, Any]:
    """As a work that is still under somebody's rights comes: described, without pictures."""
    pictures = {"primaryImage": "", "primaryImageSmall": "", "additionalImages": []}
    return one | pictures | {"isPublicDomain": False, "rightsAndReproduction": "© Ann Example"}
