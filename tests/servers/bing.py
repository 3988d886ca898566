"""The page that Bing's image search loads as one scrolls: its links, attributes and size texts."""

import json
from html import escape
from typing import Any

from aiohttp import web

from tests.servers.api import ApiServer

CHALLENGE = """<!DOCTYPE html><html><head><title>fox - Search</title></head><body>
<div id="b_captcha"><h1>One last step</h1><p>Please solve the challenge below to continue</p>
<iframe src="https://www.bing.com/turing/captcha/challenge"></iframe></div></body></html>"""
NOTHING = (
    '<div class="dg_b"><div class="no_results"><h1>There are no results for <b>unicorn</b></h1></div></div>'
)
REDESIGNED = '<html><body><div class="gallery"><img data-full="https://a.example/1.jpg"></div></body></html>'


class BingServer(ApiServer):
    """Holds ``count`` pictures of foxes; past its last page it gives that page again."""

    path = "/images/async"

    def __init__(self, count: int = 110) -> None:
        super().__init__()
        self.works = [work(number) for number in range(count)]

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        del headers
        first, count = int(asked["first"]) - 1, int(asked["count"])
        words = asked["q"].lower()
        found = [one for one in self.works if words in str(one["t"]).lower()][:1_000]
        if not found:
            return _page(NOTHING)
        first = first if first < len(found) else (len(found) - 1) // count * count
        return _page(listing(found[first : first + count], first))


def _page(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


def listing(works: list[dict[str, Any]], first: int = 0) -> str:
    items = "".join(item(one, first + number) for number, one in enumerate(works))
    return f'<div class="dgControl hover" data-nexturl=""><ul class="dgControl_list">{items}</ul></div>'


def item(work: dict[str, Any], number: int = 0) -> str:
    """As Bing writes it; the size in words stands below the picture."""
    size = f'<span class="nowrap">{work["size"]}</span>' if work.get("size") else ""
    said = {name: value for name, value in work.items() if name not in {"size", "href"}}
    attribute = escape(work["m"] if "m" in work else json.dumps(said), quote=True)
    return (
        f'<li data-idx="{number + 1}"><div class="iuscp varh isv"><div class="imgpt">'
        f'<a class="iusc" style="height:180px" m="{attribute}" href="{escape(work.get("href", ""))}">'
        f'<div class="img_cont hoff"><img class="mimg" src="https://tse1.mm.bing.net/th?id={number}"></div></a>'
        f'<div class="img_info hon">{size}<div class="lnkw"><a href="#">foxes.example</a></div></div></div>'
        f'<div class="infopt"><div class="infnmpt"><ul><li><a>Fox</a></li></ul></div></div></div></li>'
    )


def work(number: int) -> dict[str, Any]:
    return {
        "cid": f"c{number}",
        "purl": f"https://foxes.example/{number}",
        "murl": f"https://img.foxes.example/{number}.jpg?size=full&n={number}",
        "turl": f"https://tse1.mm.bing.net/th?id=OIP.{number}&pid=15.1",
        "md5": f"{number:032x}",
        "shkey": "",
        "t": f"Red \ue000Fox\ue001 {number}" if number % 10 == 3 else f"Red Fox {number}",
        "mid": f"{number:040X}",
        "desc": "A fox in the snow",
        "size": "1024 x 683 · jpeg",
    }
