"""The images that the OpenAPI document shows."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg

from pixcrawler.application.crawling.change_images import ImageOutcome, ImagesChanged, Outcome
from pixcrawler.application.ports.images import Image, ImageLabel, ImageStatus, ListedImage
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.labels import LabelSource
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from pixcrawler.domain.shared.validation import Validation
from pixcrawler.entrypoints.http.answers import CursorPage
from pixcrawler.entrypoints.http.cursors import written
from pixcrawler.entrypoints.http.image_forms import ChangeImage

SEVERAL = BodyKwarg(
    examples=[
        Example(value={"image_ids": ["01a1fe11-9059-7985-bba8-5ff3a8de3680"], "review": "reject"}),
        Example(value={"image_ids": ["01a1fe11-9059-7985-bba8-5ff3a8de3680"], "labels": ["red fox", "snow"]}),
        Example(value={"image_ids": ["01a1fe11-9059-7985-bba8-5ff3a8de3680"], "delete": True}),
    ]
)
REVIEWED = BodyKwarg(examples=[Example(value=msgspec.to_builtins(ChangeImage(labels=("red fox", "snow"))))])
ID = CandidateId(UUID("01a1fe11-9059-7985-bba8-5ff3a8de3680"))
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
URL = "https://upload.wikimedia.org/wikipedia/commons/3/30/Vulpes_vulpes.jpg"
TITLE = "Vulpes vulpes in the snow"

LISTED = ListedImage(
    id=ID,
    status=ImageStatus.ACCEPTED,
    reason=None,
    image_url=URL,
    source="wikimedia",
    title=TITLE,
    license="CC-BY-SA-4.0",
    label="red fox",
    sha256=SHA256,
    format=Format.JPEG,
    width=1600,
    height=1067,
    bytes=412_345,
    retrieved_at=AT,
)
CHANGED = ImagesChanged(
    changed=1,
    unchanged=0,
    failed=1,
    items=(
        ImageOutcome(image_id=ID, outcome=Outcome.CHANGED),
        ImageOutcome(
            image_id=CandidateId(UUID("01a1fe11-ffff-7985-bba8-5ff3a8de3680")),
            outcome=Outcome.FAILED,
            error_code="IMAGE_NOT_FOUND",
            detail="There is no image 01a1fe11-ffff-7985-bba8-5ff3a8de3680.",
        ),
    ),
)
PAGE = CursorPage(items=[LISTED], total=4_812, page=1, size=1, pages=4_812, next_cursor=written(ID))
IMAGE = Image(
    id=ID,
    job_id=CrawlJobId(UUID("01a1fe11-0000-7985-bba8-5ff3a8de3680")),
    status=ImageStatus.ACCEPTED,
    reason=None,
    evidence=None,
    label="red fox",
    keyword="red fox",
    source="wikimedia",
    source_id="12345",
    query="red fox",
    image_url=URL,
    final_url=URL,
    page_url="https://commons.wikimedia.org/wiki/File:Vulpes_vulpes.jpg",
    title=TITLE,
    author="Ann",
    author_url="https://commons.wikimedia.org/wiki/User:Ann",
    license="CC-BY-SA-4.0",
    license_raw="CC BY-SA 4.0",
    license_url="https://creativecommons.org/licenses/by-sa/4.0",
    attribution="Ann, CC BY-SA 4.0, via Wikimedia Commons",
    tags=("Vulpes vulpes",),
    retrieved_at=AT,
    content_type="image/jpeg",
    sha256=SHA256,
    phash="c3d83c1e2f60b4e1",
    dhash="0f1e3c78f0e0c181",
    format=Format.JPEG,
    width=1600,
    height=1067,
    frames=1,
    bytes=412_345,
    validation=Validation.STRICT,
    quality=Scores(
        blur=0.18,
        dark=0.06,
        bright=0.11,
        low_information=0.0,
        odd_aspect=0.3331,
        placeholder=0.0,
        watermark=0.02,
    ),
    duplicate_of=None,
    duplicate_group=None,
    copies=(),
    labels=(
        ImageLabel("red fox", LabelSource.QUERY, None, None),
        ImageLabel("snow", LabelSource.SOURCE_TAG, None, None),
    ),
    quarantined=False,
)
