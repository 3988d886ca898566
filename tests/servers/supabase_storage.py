"""A server that speaks the documented API of Supabase Storage: objects in memory, errors as it gives them.

Its errors are mostly HTTP 400, with the status that counts in the body.
"""

import hashlib
import hmac
import re
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from aiohttp import web

SERVICE_KEY = "header.service-role.signature"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_SECRET = b"the server's own"


@dataclass
class Stored:
    data: bytes
    content_type: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.data, usedforsecurity=False).hexdigest()}"'


class SupabaseStorage:
    """``limit``: bytes of the largest object that it takes."""

    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, Stored]] = {}
        self.limit = 50 * 1024 * 1024
        self.url = ""
        self.port = 0
        self._runner: web.AppRunner | None = None

    def make_bucket(self, name: str) -> None:
        self.buckets[name] = {}

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**30, middlewares=[self._guarded])
        routes = app.router
        routes.add_post("/storage/v1/object/list-v2/{bucket}", self._list)
        routes.add_post("/storage/v1/object/sign/{bucket}/{key:.+}", self._sign)
        routes.add_get("/storage/v1/object/sign/{bucket}/{key:.+}", self._signed)
        routes.add_get("/storage/v1/object/info/{bucket}/{key:.+}", self._info)
        routes.add_post("/storage/v1/object/move", self._move)
        routes.add_post("/storage/v1/object/copy", self._move)
        routes.add_get("/storage/v1/object/{bucket}/{key:.+}", self._download)
        routes.add_route("POST", "/storage/v1/object/{bucket}/{key:.+}", self._upload)
        routes.add_route("PUT", "/storage/v1/object/{bucket}/{key:.+}", self._upload)
        routes.add_delete("/storage/v1/object/{bucket}", self._remove)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        by_token = "/object/sign/" in request.path and request.method == "GET"
        if not by_token and request.headers.get("authorization") != f"Bearer {SERVICE_KEY}":
            return _error("403", "Unauthorized", "Invalid Compact JWS")
        bucket = request.match_info.get("bucket")
        if bucket is not None and bucket not in self.buckets:
            return _error("404", "Bucket not found", "Bucket not found")
        answer: web.StreamResponse = await handler(request)
        return answer

    def _found(self, request: web.Request) -> Stored | None:
        return self.buckets[request.match_info["bucket"]].get(request.match_info["key"])

    async def _upload(self, request: web.Request) -> web.Response:
        objects, key = self.buckets[request.match_info["bucket"]], request.match_info["key"]
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        data = file.file.read()
        if len(data) > self.limit:
            return _error("413", "Payload too large", "The object exceeded the maximum allowed size")
        if request.method == "POST" and request.headers.get("x-upsert") != "true" and key in objects:
            return _error("409", "Duplicate", "The resource already exists")
        objects[key] = Stored(data, file.content_type)
        return web.json_response({"Id": objects[key].id, "Key": f"{request.match_info['bucket']}/{key}"})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        found = self._found(request)
        if found is None:
            return _error("404", "not_found", "Object not found")
        wanted = request.headers.get("if-match")
        if wanted is not None and wanted != found.etag:
            return _error("412", "PreconditionFailed", "At least one of the pre-conditions did not hold")
        return _given(request, found)

    async def _info(self, request: web.Request) -> web.Response:
        found = self._found(request)
        if found is None:
            return _error("404", "not_found", "Object not found")
        return web.json_response({"id": found.id, "size": len(found.data), "etag": found.etag})

    async def _remove(self, request: web.Request) -> web.Response:
        objects = self.buckets[request.match_info["bucket"]]
        gone = [key for key in (await request.json())["prefixes"] if objects.pop(key, None)]
        return web.json_response([{"name": key} for key in gone])

    async def _list(self, request: web.Request) -> web.Response:
        asked = await request.json()
        objects = self.buckets[request.match_info["bucket"]]
        after = asked.get("cursor", "")
        keys = sorted(key for key in objects if key.startswith(asked.get("prefix", "")) and key > after)
        page = keys[: min(asked.get("limit", 1000), 1000)]
        more = len(keys) > len(page)
        listed = [_listed(key, objects[key]) for key in page]
        answer = {"hasNext": more, "folders": [], "objects": listed}
        return web.json_response(answer | ({"nextCursor": page[-1]} if more else {}))

    async def _move(self, request: web.Request) -> web.Response:
        asked = await request.json()
        objects = self.buckets[asked["bucketId"]]
        if asked["sourceKey"] not in objects:
            return _error("404", "not_found", "Object not found")
        objects[asked["destinationKey"]] = objects[asked["sourceKey"]]
        if request.path.endswith("/move"):
            del objects[asked["sourceKey"]]
        return web.json_response({"message": "Successfully done"})

    async def _sign(self, request: web.Request) -> web.Response:
        if self._found(request) is None:
            return _error("404", "not_found", "Object not found")
        until = int(time.time()) + int((await request.json())["expiresIn"])
        path = f"{request.match_info['bucket']}/{request.match_info['key']}"
        token = f"{until}.{_signature(path, until)}"
        return web.json_response({"signedURL": f"/object/sign/{quote(path)}?token={token}"})

    async def _signed(self, request: web.Request) -> web.StreamResponse:
        until, _, signature = request.query.get("token", "0.").partition(".")
        path = f"{request.match_info['bucket']}/{request.match_info['key']}"
        if int(until) < time.time() or not hmac.compare_digest(signature, _signature(path, int(until))):
            return _error("400", "InvalidJWT", '"exp" claim timestamp check failed')
        answer = await self._download(request)
        name = request.query.get("download")
        if name is not None:
            answer.headers["content-disposition"] = (
                f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)};"
            )
        return answer


def _signature(path: str, until: int) -> str:
    return hmac.digest(_SECRET, f"{path} {until}".encode(), "sha256").hex()


def _listed(key: str, stored: Stored) -> dict[str, object]:
    at = stored.at.isoformat()
    metadata = {"size": len(stored.data), "eTag": stored.etag, "mimetype": stored.content_type}
    return {
        "id": stored.id,
        "key": key,
        "name": key,
        "created_at": at,
        "updated_at": at,
        "metadata": metadata,
    }


def _given(request: web.Request, found: Stored) -> web.Response:
    headers = {"content-type": found.content_type, "etag": found.etag, "accept-ranges": "bytes"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None:
        return web.Response(body=found.data, headers=headers)
    size = len(found.data)
    start, end = int(asked[1]), min(int(asked[2] or size), size - 1)
    if start >= size:
        return web.json_response(
            {
                "statusCode": "416",
                "error": "InvalidRange",
                "message": "The requested range is not satisfiable",
            },
            status=416,
            headers={"content-range": f"bytes */{size}"},
        )
    headers["content-range"] = f"bytes {start}-{end}/{size}"
    return web.Response(status=206, body=found.data[start : end + 1], headers=headers)


def _error(status: str, error: str, message: str) -> web.Response:
    return web.json_response({"statusCode": status, "error": error, "message": message}, status=400)
