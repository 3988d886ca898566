"""Serving the pages and what they are made of."""

import functools
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

_HERE = Path(__file__).parent
ASSETS = {
    "docs.js": "text/javascript",
    "redoc.css": "text/css",
    "start.css": "text/css",
    "vendor/redoc.standalone.js": "text/javascript",
    "vendor/swagger-ui-bundle.js": "text/javascript",
    "vendor/swagger-ui.css": "text/css",
}
_FILES = {Path(name).name: (name, kind) for name, kind in ASSETS.items()}

_OURS = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
START_POLICY = f"{_OURS}; style-src 'self'"
DOCS_POLICY = f"{_OURS}; style-src 'self' 'unsafe-inline'; script-src 'self'; worker-src blob:"
"""Both viewers write styles of their own at run time, and Redoc searches in a worker made from a blob."""


@get("/", include_in_schema=False)
async def start() -> Response[bytes]:
    return _page("start.html", START_POLICY)


@get("/docs", include_in_schema=False)
async def docs() -> Response[bytes]:
    return _page("docs.html", DOCS_POLICY)


@get("/redoc", include_in_schema=False)
async def redoc() -> Response[bytes]:
    return _page("redoc.html", DOCS_POLICY)


@get("/docs/assets/{name:str}", include_in_schema=False)
async def asset(name: FromPath[str]) -> Response[bytes]:
    if name not in _FILES:
        raise NotFoundException
    file, kind = _FILES[name]
    return Response(_read(file), media_type=kind, headers={"cache-control": "public, max-age=3600"})


def _page(name: str, policy: str) -> Response[bytes]:
    headers = {"content-security-policy": policy, "cache-control": "no-cache"}
    return Response(_read(name), media_type="text/html", headers=headers)


@functools.cache
def _read(name: str) -> bytes:
    return (_HERE / name).read_bytes()
