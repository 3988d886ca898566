"""An export's archive, from wherever it is."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response

from pixcrawler.application.ports.dataset_reads import DatasetReads, ExportDetail
from pixcrawler.application.ports.links import LONGEST
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.storage.fetch_export import FetchExport
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.export_name import download_name
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ExportId, TaskId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.entrypoints.http.sending import Sent, sent

WAIT = 30
"""Seconds after which it is worth asking again for what is being brought back."""
MEDIA_TYPES = {
    Archive.ZIP: "application/zip",
    Archive.TAR: "application/x-tar",
    Archive.TAR_ZST: "application/zstd",
    Archive.SEVEN_ZIP: "application/x-7z-compressed",
}


class Coming(msgspec.Struct, frozen=True):
    """The export was archived and is being brought back. `task_ids` is the task of that, for whoever asked
    first."""

    export_id: ExportId
    task_ids: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True)
class Downloading:
    """What a download needs."""

    fetch: FetchExport
    reads: DatasetReads
    store: ObjectStore


async def download(
    request: Request[Any, Any, Any], export: ExportDetail, actor: Actor, by: Downloading
) -> Response[Any]:
    """A redirect, the bytes, or 202. Raises ExportNotFound and ExportNotMovable, and what ``sent`` does."""
    fetched = await by.fetch(export.id, by=actor)
    if fetched.export.tier is Tier.WARM:
        return Response(
            Coming(export.id, fetched.task_ids), status_code=202, headers={"retry-after": str(WAIT)}
        )
    key, digest = fetched.export.key, fetched.export.digest
    assert key is not None
    assert digest is not None
    archive = fetched.export.plan.archive or Archive.ZIP
    dataset = await by.reads.dataset(export.dataset_id, visible_to=actor)
    filename = f"{download_name(dataset.name, export.number)}.{archive}"
    head = request.method == "HEAD"  # a link is good for GET alone
    if not head and (link := await by.store.link(key, seconds=LONGEST, filename=filename)) is not None:
        return Response(None, status_code=302, headers={"location": link, "cache-control": "no-store"})
    file = Sent(
        key=key,
        bytes=fetched.export.bytes,
        etag=digest,
        media_type=MEDIA_TYPES[archive],
        filename=filename,
    )
    return await sent(request, by.store, file)
