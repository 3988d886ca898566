"""The real pictures over HTTP, found through a search API shaped like Openverse's."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from aiohttp import web

from tests.real.corpus import STAMPS, Corpus, RealPicture

PAGE_SIZE = 20


@asynccontextmanager
async def real_web(corpus: Corpus) -> AsyncIterator[int]:
    """Serve the corpus on a free port of 127.0.0.1, which it gives, until the block is left."""

    async def search(request: web.Request) -> web.Response:
        page, size = int(request.query["page"]), int(request.query["page_size"])
        if size > PAGE_SIZE:
            return web.json_response({"detail": "A stranger gets at most 20 at a time."}, status=401)
        found = corpus.found_by(request.query["q"])
        base = f"http://{request.host}"
        answer = {
            "result_count": len(found),
            "page_count": -(-len(found) // size),
            "page_size": size,
            "page": page,
            "results": [_result(base, picture) for picture in found[(page - 1) * size : page * size]],
        }
        return web.json_response(answer)

    async def robots(_: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nAllow: /\n")

    application = web.Application()
    application.router.add_get("/v1/images/", search)
    application.router.add_get("/robots.txt", robots)
    application.router.add_static("/files", corpus.folder)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _result(base: str, picture: RealPicture) -> dict[str, Any]:
    """As the API writes it: sizes are sometimes not known, and here never. The licences are made up."""
    code, version = ("pdm", "1.0") if picture.path.startswith(STAMPS) else ("by-sa", "4.0")
    url = f"{base}/files/{quote(picture.path)}"
    return {
        "id": hashlib.sha256(picture.path.encode()).hexdigest()[:32],
        "title": picture.caption,
        "url": url,
        "foreign_landing_url": f"{base}/pages/{quote(picture.path)}",
        "creator": "A contributor",
        "creator_url": None,
        "license": code,
        "license_version": version,
        "license_url": f"https://creativecommons.org/{code}/{version}/",
        "attribution": None,
        "width": None,
        "height": None,
        "filesize": None,
        "tags": [{"name": word, "accuracy": None} for word in sorted(picture.words)],
    }
