"""``/files/{filename}``: files by signed links, where the store gives none of its own."""

import hashlib
from typing import Annotated, Any

from litestar import Request, Response, route
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter, QueryParameter

from pixcrawler.application.ports.links import Links, Signed
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.job_fields import NO_NUL
from pixcrawler.entrypoints.http.openapi import failures
from pixcrawler.entrypoints.http.sending import Sent, bytes_answer, sent

ANY = "application/octet-stream"
Key = Annotated[str, QueryParameter(description="Which file.", max_length=512, pattern=NO_NUL)]
Expires = Annotated[
    int, QueryParameter(description="When the link ends, in seconds since 1970.", ge=0, le=2**40)
]
Signature = Annotated[
    str, QueryParameter(description="Of all the rest.", max_length=64, pattern="^[0-9a-f]*$")
]
Filename = Annotated[str, PathParameter(description="What the download is called.", pattern=NO_NUL)]


@route(
    "/api/v1/files/{filename:str}",
    http_method=["GET", "HEAD"],
    status_code=200,
    tags=["Storage"],
    summary="Download a file by a signed link",
    responses={
        200: bytes_answer(ANY, "The file."),
        206: bytes_answer(ANY, "The part that `Range` asked for."),
        304: ResponseSpec(None, description="The file that `If-None-Match` names is still the one."),
    }
    | failures(403, 404, 412, 416, 422),
)
async def download_file(
    request: Request[Any, Any, Any],
    *,
    filename: Filename,
    links: Given[Links],
    object_store: Given[ObjectStore],
    key: Key = "",
    expires: Expires = 0,
    signature: Signature = "",
) -> Response[Any]:
    """Public: whoever has the link gets the file, for 15 minutes at most.

    Links come from routes that know who asks. One is good for its file, name and time only: anything else is
    403 with `LINK_REFUSED`. 404 once the file is deleted.
    """
    links.check(Signed(key=key, filename=filename, expires=expires, signature=signature))
    size = await object_store.size(key)
    etag = hashlib.sha256(f"{key} {size}".encode()).hexdigest()
    return await sent(
        request, object_store, Sent(key=key, bytes=size, etag=etag, media_type=ANY, filename=filename)
    )
