"""``/images/{id}/download`` and ``/images/{id}/thumbnail``: bytes, not JSON."""

from typing import Any

from litestar import Controller, Request, Response, get, route
from litestar.openapi import ResponseSpec

from pixcrawler.application.imaging.show_thumbnail import ShowThumbnail
from pixcrawler.application.ports.images import ImageReads
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.thumbnails import SIDE
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import CandidateId
from pixcrawler.entrypoints.http.conditions import not_modified
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.images import ImageId
from pixcrawler.entrypoints.http.openapi import failures
from pixcrawler.entrypoints.http.sending import Sent, bytes_answer, kept, sent

MEDIA_TYPES = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.WEBP: "image/webp",
    Format.GIF: "image/gif",
    Format.BMP: "image/bmp",
    Format.TIFF: "image/tiff",
    Format.AVIF: "image/avif",
}
"""By what the file is, whatever its server called it."""


class ImageFileMissing(NotFound):
    code = "IMAGE_FILE_MISSING"


class ImageFileController(Controller):
    """Files of images, for those who may see the image."""

    path = "/images/{image_id:uuid}"
    tags = ("Images",)

    @route(
        "/download",
        http_method=["GET", "HEAD"],
        status_code=200,
        summary="Download an image's file",
        responses={
            200: bytes_answer("image/*", "The file."),
            206: bytes_answer("image/*", "The part that `Range` asked for."),
            304: ResponseSpec(None, description="The file that `If-None-Match` names is still the one."),
        }
        | failures(401, 403, 404, 412, 416),
    )
    async def download_image(
        self,
        request: Request[Any, Any, Any],
        image_id: ImageId,
        actor: Given[Actor],
        image_reads: Given[ImageReads],
        object_store: Given[ObjectStore],
    ) -> Response[Any]:
        """The owner of its job; scope `read`.

        The bytes as they came, with the type that they really have. One `Range` is served, with `If-Range`;
        the `ETag` is the SHA-256. 404 with `IMAGE_HAS_NO_FILE` for an image that was rejected before its file
        was kept.
        """
        actor.must(READ)
        file = await image_reads.file(CandidateId(image_id), visible_to=actor)
        wanted = Sent(
            key=file.key,
            bytes=file.bytes,
            etag=file.sha256,
            media_type=MEDIA_TYPES[file.format],
            filename=f"{file.sha256[:16]}.{file.format}",
        )
        try:
            return await sent(request, object_store, wanted)
        except ObjectMissing as error:
            raise _missing() from error

    @get(
        "/thumbnail",
        summary="Get an image small",
        responses={
            200: bytes_answer("image/jpeg", f"At most {SIDE} × {SIDE} pixels."),
            304: ResponseSpec(None, description="The thumbnail that `If-None-Match` names is still the one."),
        }
        | failures(401, 403, 404, 412),
    )
    async def get_thumbnail(
        self,
        request: Request[Any, Any, Any],
        image_id: ImageId,
        actor: Given[Actor],
        image_reads: Given[ImageReads],
        show_thumbnail: Given[ShowThumbnail],
    ) -> Response[Any]:
        """The owner of its job; scope `read`.

        A JPEG without metadata, made when it is first asked for. 503 when too many are being made at once.
        """
        actor.must(READ)
        file = await image_reads.file(CandidateId(image_id), visible_to=actor)
        tag = f'"{file.sha256}-{SIDE}"'
        if not_modified(request.headers, tag):
            return Response(None, status_code=304, headers=kept(tag))
        try:
            small = await show_thumbnail(file)
        except ObjectMissing as error:
            raise _missing() from error
        return Response(small, media_type="image/jpeg", headers=kept(tag))


def _missing() -> ImageFileMissing:
    return ImageFileMissing("The image's file is no longer in the store; ask the operator.")
