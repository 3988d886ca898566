"""A small web of pictures on this machine: a search API shaped like Openverse's, files, pages, faults."""

import asyncio
import html
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

from pixcrawler.entrypoints.cli.demo_web.pictures import Answer, Picture, catalogue, paint

DEMO_KEYWORDS = ("sunset", "mountain", "flower")

PAGE_SIZE = 20
SLOW_SECONDS = 1.0
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


class DemoWeb(msgspec.Struct, frozen=True):
    """Where the web is served. ``base_url`` ends without a slash; the search is ``/v1/images/`` under it."""

    port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def demo_web(seed: int) -> AsyncIterator[DemoWeb]:
    """Serve in the running loop, on a free port of 127.0.0.1, until the block is left."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="demo-painter") as painter:
        runner = web.AppRunner(_application(Gallery(seed, painter)), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            yield DemoWeb(port=runner.addresses[0][1])
        finally:
            await runner.cleanup()
            painter.shutdown(wait=False, cancel_futures=True)


class Gallery:
    """The pictures by path, painted when first asked for, off the event loop."""

    def __init__(self, seed: int, painter: ThreadPoolExecutor) -> None:
        self._seed = seed
        self._painter = painter
        self._pictures = {picture.path: picture for picture in catalogue(seed)}
        self._files: dict[str, asyncio.Future[bytes]] = {}
        self._broken: set[str] = set()

    def find(self, words: frozenset[str]) -> list[Picture]:
        """Those that carry every word, plural or not, in title or tags."""
        wanted = {_singular(word) for word in words}
        return [picture for picture in self._pictures.values() if wanted <= _words(picture)]

    def at(self, path: str) -> Picture:
        try:
            return self._pictures[path]
        except KeyError:
            raise web.HTTPNotFound from None

    def fails_now(self, picture: Picture) -> bool:
        """Whether this is the one failure of a picture that is broken once."""
        if picture.answer is not Answer.BROKEN_ONCE or picture.path in self._broken:
            return False
        self._broken.add(picture.path)
        return True

    async def file(self, picture: Picture) -> bytes:
        if picture.path not in self._files:
            loop = asyncio.get_running_loop()
            self._files[picture.path] = loop.run_in_executor(self._painter, paint, picture, self._seed)
        return await asyncio.shield(self._files[picture.path])


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


def _words(picture: Picture) -> set[str]:
    text = f"{picture.name.title} {' '.join(picture.name.tags)}"
    return {_singular(word.strip(",.:")) for word in text.split()}


GALLERY = web.AppKey("gallery", Gallery)


def _application(gallery: Gallery) -> web.Application:
    application = web.Application()
    application[GALLERY] = gallery
    application.add_routes(
        [
            web.get("/robots.txt", _robots),
            web.get("/v1/images/", _search),
            web.get("/photos/{file}", _photo),
            web.get("/pages/{slug}", _page),
        ]
    )
    return application


async def _robots(_: web.Request) -> web.Response:
    return web.Response(text="User-agent: *\nAllow: /\n")


async def _search(request: web.Request) -> web.Response:
    """One page of results; like the real API it gives strangers at most 20 at a time."""
    try:
        page, size = int(request.query.get("page", 1)), int(request.query.get("page_size", PAGE_SIZE))
    except ValueError:
        return web.json_response({"detail": "page and page_size are numbers."}, status=400)
    if size > PAGE_SIZE:
        return web.json_response({"detail": f"page_size is at most {PAGE_SIZE}."}, status=401)
    if page < 1 or size < 1:
        return web.json_response({"detail": "page and page_size begin at 1."}, status=400)
    found = _allowed(request, request.app[GALLERY].find(frozenset(request.query.get("q", "").split())))
    base = f"http://{request.host}"
    answer = {
        "result_count": len(found),
        "page_count": -(-len(found) // size),
        "page_size": size,
        "page": page,
        "results": [_result(base, picture) for picture in found[(page - 1) * size : page * size]],
        "warnings": [],
    }
    return web.json_response(body=msgspec.json.encode(answer))


def _allowed(request: web.Request, found: list[Picture]) -> list[Picture]:
    """Those under a licence and with a suffix that the request names; all where it names none."""
    codes, suffixes = (request.query.get(field, "") for field in ("license", "extension"))
    return [
        picture
        for picture in found
        if (not codes or picture.name.license in codes.split(","))
        and (not suffixes or picture.suffix in suffixes.split(","))
    ]


def _result(base: str, picture: Picture) -> dict[str, Any]:
    name, page = picture.name, f"{base}/pages/{picture.name.slug}"
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, picture.path)),
        "title": name.title,
        "url": f"{base}{picture.path}",
        "thumbnail": f"{base}{picture.path}",
        "foreign_landing_url": page,
        "detail_url": page,
        "creator": name.creator,
        "creator_url": None,
        "license": name.license,
        "license_version": name.license_version,
        "license_url": name.license_url,
        "attribution": f'"{name.title}" by {name.creator} is licensed under {name.license_url}',
        "provider": "pixcrawler-demo",
        "source": "pixcrawler-demo",
        "category": None,
        "filesize": None,
        "filetype": picture.suffix,
        "width": picture.width,
        "height": picture.height,
        "mature": False,
        "tags": [{"name": tag, "accuracy": None} for tag in name.tags],
        "fields_matched": ["title", "tags.name"],
    }


async def _photo(request: web.Request) -> web.Response:
    gallery = request.app[GALLERY]
    picture = gallery.at(request.path)
    if picture.answer is Answer.MISSING:
        raise web.HTTPNotFound
    if gallery.fails_now(picture):
        return web.Response(status=503, headers={"Retry-After": "1"}, text="Back in a second.")
    if picture.answer is Answer.PAGE:
        text = "<!doctype html><title>Sign in</title><p>Please sign in to see this picture."
        return web.Response(body=text.encode(), content_type="image/jpeg")
    if picture.answer is Answer.SLOWLY:
        await asyncio.sleep(SLOW_SECONDS)
    return web.Response(body=await gallery.file(picture), content_type=TYPES[picture.suffix])


async def _page(request: web.Request) -> web.Response:
    """A landing page as photo sites have them."""
    slug = request.match_info["slug"]
    picture = next((p for p in request.app[GALLERY].find(frozenset()) if p.name.slug == slug), None)
    if picture is None:
        raise web.HTTPNotFound
    title, creator = html.escape(picture.name.title), html.escape(picture.name.creator)
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
        f'<img src="{picture.path}" width="{picture.width}" height="{picture.height}" alt="{title}">'
        f'<p>By {creator}, <a rel="license" href="{picture.name.license_url}">{picture.name.license}</a></p>'
    )
    return web.Response(text=body, content_type="text/html")
