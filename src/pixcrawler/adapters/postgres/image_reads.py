"""A job's images, as their owner sees them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, TextClause
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.candidates import hexadecimal, scores_of
from pixcrawler.adapters.postgres.engine import alone, translating
from pixcrawler.adapters.postgres.image_list_sql import NAMED, is_indexed, listed
from pixcrawler.adapters.postgres.image_sql import FILE, ONE, SIZES, listing
from pixcrawler.application.ports.images import Image, ImageFile, ImageFilter, ImageLabel, ListedImage
from pixcrawler.domain.crawling.errors import CrawlJobNotFound, ImageHasNoFile, ImageNotFound
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

FIRST = UUID(int=0)
"""Before all others."""


class PostgresImageReads:
    """See the port. Rows become Structs without a look at their types: the columns have them. Each
    statement is a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = alone(engine)

    async def of_job(
        self,
        job: CrawlJobId,
        which: ImageFilter,
        window: Window,
        *,
        after: UUID | None = None,
        visible_to: Actor,
    ) -> Found[ListedImage]:
        values = _values(job, which, window, after=after, visible_to=visible_to)
        rows: Sequence[Row[Any]] = ()
        if not is_indexed(which):
            rows = await self._rows(listed(_shape(which)), values)
        rows = rows or await self._rows(listing(_shape(which)), values)
        if not rows:
            raise CrawlJobNotFound(f"There is no crawl job {job}.")
        total, exact, first = tuple(rows[0])[:3]
        more = len(rows) > window.size
        items = [ListedImage(*tuple(row)[2:]) for row in rows[: window.size]] if first is not None else []
        return Found(
            items=items,
            total=total if exact else FARTHEST,
            exact=exact,
            next_cursor=str(items[-1].id) if more else None,
        )

    async def _rows(self, statement: TextClause, values: dict[str, Any]) -> Sequence[Row[Any]]:
        with translating():
            async with self._engine.connect() as connection:
                return (await connection.execute(statement, values)).all()

    async def image(self, image: CandidateId, *, visible_to: Actor) -> Image:
        with translating():
            async with self._engine.connect() as connection:
                row = (await connection.execute(ONE, {**_asking(visible_to), "image": image})).first()
        if row is None:
            raise ImageNotFound(f"There is no image {image}.")
        return _image(row)

    async def file(self, image: CandidateId, *, visible_to: Actor) -> ImageFile:
        with translating():
            async with self._engine.connect() as connection:
                row = (await connection.execute(FILE, {**_asking(visible_to), "image": image})).first()
        if row is None:
            raise ImageNotFound(f"There is no image {image}.")
        if row.key is None:
            raise ImageHasNoFile(f"Image {image} was rejected before its file was kept; reason says why.")
        return ImageFile(*row)


def _asking(actor: Actor) -> dict[str, Any]:
    return {"me": actor.id, "sees_all": actor.may_see_all}


def _values(
    job: CrawlJobId, which: ImageFilter, window: Window, *, after: UUID | None, visible_to: Actor
) -> dict[str, Any]:
    """One line more than the window has tells whether the list goes on."""
    return {
        **_asking(visible_to),
        "job": job,
        "after": after or FIRST,
        "offset": 0 if after else window.offset,
        "size": window.size + 1,
        **{name: getattr(which, name) for name in (*NAMED, "keyword", *SIZES)},
    }


def _shape(which: ImageFilter) -> ImageFilter:
    """The same questions without their values."""
    return ImageFilter(
        status=which.status,
        reason=None if which.reason is None else Reason.REMOVED,
        label=None if which.label is None else "",
        keyword=None if which.keyword is None else "",
        source=None if which.source is None else "",
        license=None if which.license is None else "",
        valid=which.valid,
        duplicate=which.duplicate,
        format=None if which.format is None else Format.JPEG,
        **{name: None if getattr(which, name) is None else 0 for name in SIZES},
    )


def _image(row: Row[Any]) -> Image:
    values = dict(row._mapping)  # noqa: SLF001 -- its public way to the columns by name
    hashed = row.validation not in (None, Validation.BASIC)
    for name in ("phash", "dhash"):
        values[name] = hexadecimal(values[name]) if hashed else None
    values["quality"] = scores_of(values.pop("scores"))
    values["labels"] = msgspec.convert(values["labels"], tuple[ImageLabel, ...])
    return Image(**{**values, "tags": tuple(values["tags"]), "copies": tuple(values["copies"])})
