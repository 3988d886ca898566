"""``/images``, and the list of a job's images: looking at them, fetching their files, removing them."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import PathParameter, QueryParameter

from pixcrawler.application.crawling.change_images import ChangeImages, ImagesChanged
from pixcrawler.application.crawling.name_image import NameImage
from pixcrawler.application.crawling.remove_image import RemoveImage
from pixcrawler.application.crawling.review_copy import ReviewCopy
from pixcrawler.application.ports.images import Image, ImageFilter, ImageReads, ImageStatus, ListedImage
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.actor import READ, WRITE, Actor
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.entrypoints.http import cursors, image_examples
from pixcrawler.entrypoints.http.answers import CursorPage, answered, cursor_page_of, gone
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.image_forms import ChangeImage, ChangeImagesForm
from pixcrawler.entrypoints.http.job_fields import NO_NUL
from pixcrawler.entrypoints.http.job_forms import sent
from pixcrawler.entrypoints.http.openapi import failures, success

JobId = Annotated[UUID, PathParameter(description="The job's id.")]
ImageId = Annotated[UUID, PathParameter(description="The image's id.")]
Status = Annotated[
    ImageStatus | None, QueryParameter(description="Only these; without it, what is good or accepted.")
]
WhyNot = Annotated[Reason | None, QueryParameter(description="Only those rejected for this reason.")]
Text = Annotated[
    str | None,
    QueryParameter(
        min_length=1, max_length=200, pattern=NO_NUL, description="Only accepted ones with exactly this."
    ),
]
Source = Annotated[
    str | None,
    QueryParameter(
        min_length=1, max_length=64, pattern=NO_NUL, description="Only those that this source found."
    ),
]
License = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=64,
        pattern=NO_NUL,
        description="Only those shown with this licence id, exactly spelled.",
    ),
]
Valid = Annotated[
    bool | None,
    QueryParameter(
        description="`false`: only those that failed a check or never came; `true`: those that passed."
    ),
]
Duplicate = Annotated[
    bool | None,
    QueryParameter(description="`true`: only those rejected as copies; `false`: none of these."),
]
FileFormat = Annotated[Format | None, QueryParameter(description="Only files of this format.")]
Pixels = Annotated[
    int | None, QueryParameter(ge=1, le=2**31 - 1, description="Only files of this size, in pixels.")
]


class ImageController(Controller):
    """An image is one address in one job; it has a file when that was fetched and passed all checks."""

    path = "/"
    tags = ("Images",)

    @get(
        "/jobs/{job_id:uuid}/images",
        summary="List a job's images",
        responses=success(200, CursorPage[ListedImage], image_examples.PAGE, "A page of images.")
        | failures(401, 403, 404, 422),
    )
    async def list_job_images(
        self,
        *,
        job_id: JobId,
        window: Given[Window],
        actor: Given[Actor],
        image_reads: Given[ImageReads],
        status: Status = None,
        reason: WhyNot = None,
        label: Text = None,
        keyword: Text = None,
        source: Source = None,
        license: License = None,  # noqa: A002 -- the parameter's name
        valid: Valid = None,
        duplicate: Duplicate = None,
        format: FileFormat = None,  # noqa: A002
        min_width: Pixels = None,
        max_width: Pixels = None,
        min_height: Pixels = None,
        max_height: Pixels = None,
        cursor: cursors.Cursor = None,
    ) -> Response[CursorPage[ListedImage]]:
        """The job's owner; scope `read`.

        In the order in which they were found. Without a filter these are the images that the job has:
        accepted ones, or good ones while it has not decided yet. `status=rejected` lists the others, each
        with its reason; so do `reason`, `duplicate=true`, `valid=false`. `label` and `keyword` find accepted
        images. All that is given must hold. Removed images are not listed.
        """
        actor.must(READ)
        which = ImageFilter(
            status=status,
            reason=reason,
            label=label,
            keyword=keyword,
            source=source,
            license=license,
            valid=valid,
            duplicate=duplicate,
            format=format,
            min_width=min_width,
            max_width=max_width,
            min_height=min_height,
            max_height=max_height,
        )
        after = cursors.read(cursor)
        found = await image_reads.of_job(CrawlJobId(job_id), which, window, after=after, visible_to=actor)
        return cursor_page_of(found, window)

    @get(
        "/images/{image_id:uuid}",
        summary="Get an image",
        responses=success(200, Image, image_examples.IMAGE, "The image.") | failures(401, 403, 404),
    )
    async def get_image(
        self, image_id: ImageId, actor: Given[Actor], image_reads: Given[ImageReads]
    ) -> Response[Image]:
        """The owner of its job; scope `read`.

        With all that is known of where it came from. What is null is not known.
        """
        actor.must(READ)
        return answered(await image_reads.image(CandidateId(image_id), visible_to=actor))

    @patch(
        "/images/{image_id:uuid}",
        summary="Review or label an image",
        responses=success(200, Image, image_examples.IMAGE, "The image as it is now.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def change_image(
        self,
        *,
        image_id: ImageId,
        data: Annotated[ChangeImage, image_examples.REVIEWED],
        actor: Given[Actor],
        review_copy: Given[ReviewCopy],
        name_image: Given[NameImage],
        image_reads: Given[ImageReads],
    ) -> Response[Image]:
        """The owner of its job; scope `write`.

        `labels` say what an accepted image shows; later dataset versions believe you before anybody else.

        `review` of an accepted image: `reject` keeps it out of all later dataset versions, and `accept` lets
        it in again, also where a look had put it into quarantine (`quarantined`). Its job counts it as
        before.

        `review` of an image that was rejected as a copy: `accept` keeps it too, `accept_instead` in the
        place of the copy that was kept (`duplicate_of`), and that is then rejected. `reject` undoes `accept`;
        the other's `accept_instead` undoes `accept_instead`. It holds for all later dataset versions, and in
        retries. 409 unless the job is completed; with `JOB_IS_FULL` where it has `max_images` already; with
        `CANNOT_REVIEW` for what was rejected otherwise, and where the other copy is gone, or another job's.
        """
        actor.must(WRITE)
        if (review := sent(data.review)) is not None:
            await review_copy(CandidateId(image_id), review, by=actor)
        if (labels := sent(data.labels)) is not None:
            await name_image(CandidateId(image_id), labels, by=actor)
        return answered(await image_reads.image(CandidateId(image_id), visible_to=actor))

    @post(
        "/images/batch",
        status_code=200,
        summary="Review, label or remove several images",
        responses=success(200, ImagesChanged, image_examples.CHANGED, "What became of each.")
        | failures(401, 403, 409, body=True),
    )
    async def change_images(
        self,
        data: Annotated[ChangeImagesForm, image_examples.SEVERAL],
        actor: Given[Actor],
        once: Given[Once | None],
        change_images: Given[ChangeImages],
    ) -> Response[ImagesChanged]:
        """The owner of their jobs; scope `write`.

        The same for up to 500 images, in one commit. Each has an outcome of its own: what cannot be done to
        one, as it is not there, not yours, or in another state, is told under its id and holds up no other.
        One that is named twice is changed once. Sent again with the same `Idempotency-Key`, it gives the
        same answer.
        """
        return answered(await change_images(data.command, by=actor, once=once))

    @delete(
        "/images/{image_id:uuid}",
        status_code=204,
        summary="Remove an image",
        responses=failures(401, 403, 404, 409),
    )
    async def remove_image(
        self, image_id: ImageId, actor: Given[Actor], remove_image: Given[RemoveImage]
    ) -> Response[None]:
        """The owner of its job; scope `write`.

        Takes the picture out of its job, under all addresses that it was found at, and so out of all later
        dataset versions; versions that are there already keep it. It never comes back: a retry puts the next
        best in its place. The job counts it as `removed`. 409 while the job is pending or running.
        """
        await remove_image(CandidateId(image_id), by=actor)
        return gone()
