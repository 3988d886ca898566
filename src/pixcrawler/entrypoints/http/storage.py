"""``/storage``: what one's things take, their files, links to them, and letting go of exports."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, QueryParameter
from msgspec import Meta

from pixcrawler.application.ports.links import LONGEST
from pixcrawler.application.ports.storage_reads import Amount, FileKind, FileLine, StorageReads, Usage
from pixcrawler.application.storage.clean_storage import Cleaned, CleanStorage, CleanupWanted
from pixcrawler.application.storage.sign_link import SignedLink, SignLink
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import TaskId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.policy import Target
from pixcrawler.entrypoints.http.answers import Page, accepted, answered, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.limits import READING
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.policy_forms import ITEM, Days, Kept


class OwnTarget(StrEnum):
    """What may go of one's own; see the targets of cleanup policies."""

    UNUSED_EXPORTS = Target.UNUSED_EXPORTS.value
    SUPERSEDED_EXPORTS = Target.SUPERSEDED_EXPORTS.value
    FAILED_EXPORTS = Target.FAILED_EXPORTS.value


class CleanupForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which exports go, once they are `after_days` old: failed ones unless `targets` says more. `keep_newest`
    is how many ready versions of a dataset are not superseded. Nothing goes while `dry_run` is true."""

    targets: Annotated[tuple[OwnTarget, ...], Meta(min_length=1, max_length=3)] = (OwnTarget.FAILED_EXPORTS,)
    after_days: Days = 30
    keep_newest: Kept = 1
    dry_run: bool = True

    @property
    def command(self) -> CleanupWanted:
        return CleanupWanted(
            targets=tuple(Target(one.value) for one in self.targets),
            after_days=self.after_days,
            keep_newest=self.keep_newest,
        )


class LinkForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which file, by the `key` that `/storage/files` tells, and for how many seconds."""

    key: Annotated[str, Meta(min_length=1, max_length=512, pattern=r"^[A-Za-z0-9._/-]+$")]
    seconds: Annotated[int, Meta(ge=1, le=LONGEST)] = LONGEST


USAGE = Usage(
    pictures=Amount(1_200, 345_678_901),
    exports=Amount(2, 52_428_800),
    archived=Amount(0, 0),
    total=Amount(1_202, 398_107_701),
)
FILE = FileLine(
    kind=FileKind.EXPORT,
    id=UUID(ITEM.subject),
    key=str(ITEM.key),
    name="red-foxes-v1.zip",
    tier=Tier.HOT,
    bytes=ITEM.bytes,
    created_at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
)
LINK = SignedLink(
    f"/api/v1/files/{FILE.name}?key={FILE.key}&expires=1795250700&signature=Zm94",
    datetime(2026, 11, 21, 8, 45, tzinfo=UTC),
)
LISTED = Cleaned(dry_run=True, items=(ITEM,), bytes=ITEM.bytes, more=False, task_ids=())
CLEANED = Cleaned(
    dry_run=False,
    items=(ITEM,),
    bytes=ITEM.bytes,
    more=False,
    task_ids=(TaskId(UUID("01a1fe10-7777-7985-bba8-5ff3a8de3680")),),
)
WANTED = BodyKwarg(examples=[Example(value={"key": FILE.key, "seconds": 300})])
UNWANTED = BodyKwarg(examples=[Example(value={"targets": ["superseded_exports"], "after_days": 7})])


class StorageController(Controller):
    """Files of one owner; a superuser sees all."""

    path = "/storage"
    tags = ("Storage",)

    @get(
        "/usage",
        summary="Tell what is stored",
        responses=success(200, Usage, USAGE, "Objects and bytes, by kind.") | failures(401, 403),
    )
    async def get_storage_usage(
        self, actor: Given[Actor], storage_reads: Given[StorageReads]
    ) -> Response[Usage]:
        """Users, who see their own; superusers see everybody's in all. Scope `read`."""
        actor.must(READ)
        return answered(await storage_reads.usage(visible_to=actor))

    @get(
        "/files",
        summary="List stored files",
        responses=success(
            200,
            Page[FileLine],
            Page(items=[FILE], total=1, page=1, size=20, pages=1),
            "The files: exports newest first, pictures by their SHA-256.",
        )
        | failures(401, 403, 422),
    )
    async def list_stored_files(
        self,
        window: Given[Window],
        actor: Given[Actor],
        storage_reads: Given[StorageReads],
        kind: Annotated[FileKind, QueryParameter(description="Which kind of files.")] = FileKind.EXPORT,
    ) -> Response[Page[FileLine]]:
        """Users, who see their own; superusers see all. Scope `read`."""
        actor.must(READ)
        return page_of(await storage_reads.files(kind, window, visible_to=actor), window)

    @post(
        "/presigned-url",
        status_code=200,
        summary="Get a link to a file",
        opt=READING,
        responses=success(200, SignedLink, LINK, "Where whoever has the link gets the file.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def sign_link(
        self, data: Annotated[LinkForm, WANTED], actor: Given[Actor], sign_file: Given[SignLink]
    ) -> Response[SignedLink]:
        """Its owner. Scope `read`.

        Good for 15 minutes at most. 409 with `Retry-After` for an archived export, which is brought back by
        this.
        """
        return answered(await sign_file(data.key, seconds=data.seconds, by=actor))

    @post(
        "/cleanup",
        status_code=200,
        summary="Let go of exports",
        responses=success(200, Cleaned, LISTED, "What would go.")
        | success(202, Cleaned, CLEANED, "What went; a task deletes the files.")
        | failures(401, 403, 409, body=True),
    )
    async def clean_storage(
        self,
        data: Annotated[CleanupForm, UNWANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        clean_storage: Given[CleanStorage],
    ) -> Response[Cleaned]:
        """Users, of whose own exports some go. Scope `write`.

        A dry run unless `dry_run` is false. Their versions stay, from which the same bytes can be exported
        again.
        """
        cleaned = await clean_storage(data.command, dry_run=data.dry_run, by=actor, once=once)
        return answered(cleaned) if data.dry_run or not cleaned.task_ids else accepted(cleaned)
