"""Exports over HTTP: asked for, written, downloaded, deleted."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from litestar import Request

from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ExportId
from pixcrawler.entrypoints.http.downloads import Downloading, download
from tests.api.conftest import Api, OpenApi, problem
from tests.api.dataset_room import DatasetRoom, furnish
from tests.api.image_room import image_room
from tests.fakes.object_store import MemoryObjectStore


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


@pytest.fixture
async def room(api: Api) -> AsyncIterator[DatasetRoom]:
    async for one in image_room(api):
        await furnish(api.app, one.stage, one.play.job.id)
        yield DatasetRoom(one)


@pytest.fixture
async def dataset(room: DatasetRoom) -> str:
    key = await room.made(name="Two cats")
    await room.built(key)
    return key


async def test_an_export_is_written_listed_and_downloaded(room: DatasetRoom, dataset: str) -> None:
    export = await room.exported(dataset)
    assert (export["status"], export["failure"], export["images"]) == ("ready", None, 2)
    assert export["plan"]["archive"] == "zip"
    assert "folder" not in export["plan"]
    listed = (await room.ask("GET", f"/exports?dataset_id={dataset}&status=ready")).json()
    assert listed["items"] == [export]
    answer = await room.ask("GET", f"/exports/{export['id']}/download")
    assert hashlib.sha256(answer.content).hexdigest() == export["digest"]
    assert answer.headers["etag"] == f'"{export["digest"]}"'
    assert answer.headers["content-disposition"] == 'attachment; filename="two-cats-v1.zip"'
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"two-cats-v1/README.md", "two-cats-v1/manifest.jsonl"} <= set(names)
    again = (await room.ask("GET", f"/exports/{export['id']}")).json()
    assert again["downloaded_at"] is not None


async def test_a_download_is_called_what_its_dataset_is_called(room: DatasetRoom, dataset: str) -> None:
    export = await room.exported(dataset)
    await room.ask("PATCH", f"/datasets/{dataset}", json={"name": "赤狐 Füchse"})
    answer = await room.ask("HEAD", f"/exports/{export['id']}/download")
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"fuchse-v1.zip\"; filename*=UTF-8''%E8%B5%A4%E7%8B%90-f%C3%BCchse-v1.zip"
    )
    files = (await room.ask("GET", "/storage/files")).json()["items"]
    assert "赤狐-füchse-v1.zip" in {file["name"] for file in files}


async def test_a_part_of_a_download_can_be_had(room: DatasetRoom, dataset: str) -> None:
    export = await room.exported(dataset)
    path = f"/exports/{export['id']}/download"
    whole = (await room.ask("GET", path)).content
    part = await room.ask("GET", path, 206, headers={"range": "bytes=5-9"})
    assert (part.content, part.headers["content-range"]) == (whole[5:10], f"bytes 5-9/{len(whole)}")
    had = {"headers": {"if-none-match": f'"{export["digest"]}"'}}
    assert (await room.ask("GET", path, 304, **had)).content == b""
    behind = await room.ask("GET", path, 416, headers={"range": f"bytes={len(whole)}-"})
    assert problem(behind)[1] == "RANGE_NOT_SATISFIABLE"


async def test_a_datasets_download_is_its_newest_export(room: DatasetRoom, dataset: str) -> None:
    path = f"/datasets/{dataset}/download"
    assert problem(await room.ask("GET", path, 404))[1] == "EXPORT_NOT_FOUND"
    export = await room.exported(dataset)
    for query in ("", "?version=1", "?format=imagefolder", "?version=1&format=imagefolder"):
        answer = await room.ask("GET", path + query)
        assert hashlib.sha256(answer.content).hexdigest() == export["digest"]
    assert problem(await room.ask("GET", f"{path}?format=coco", 404))[1] == "EXPORT_NOT_FOUND"


async def test_a_deleted_export_is_gone_with_its_object(room: DatasetRoom, dataset: str) -> None:
    export = await room.exported(dataset)
    await room.ask("DELETE", f"/exports/{export['id']}", 204)
    await room.ask("GET", f"/exports/{export['id']}", 404)
    await room.ask("GET", f"/exports/{export['id']}/download", 404)
    left = [one.key async for one in room.app.imaging.store.keys("") if "/exports/" in one.key]
    assert not any(export["id"].replace("-", "") in key for key in left)


class Linking(MemoryObjectStore):
    async def link(self, key: str, *, seconds: int, filename: str) -> str:
        return f"https://store.example/{filename}?{len(key)}&{seconds}"


async def test_where_the_store_gives_links_only_get_is_redirected(room: DatasetRoom, dataset: str) -> None:
    export_id = ExportId(UUID((await room.exported(dataset))["id"]))
    owner = Actor(room.room.play.job.owner_id, Role.USER)
    export = await room.app.dataset_reads.export(export_id, visible_to=owner)
    fetch, store = room.app.storage.fetch_export, Linking()
    await store.put(str((await fetch(export_id, by=owner)).export.key), b"x")
    downloading = Downloading(fetch, room.app.dataset_reads, store)
    answers = {}
    for method in ("GET", "HEAD"):
        scope: Any = {"type": "http", "method": method, "headers": []}
        answers[method] = await download(Request(scope), export, owner, downloading)
    assert answers["GET"].status_code == 302
    assert answers["HEAD"].status_code == 200
    assert answers["HEAD"].headers["content-length"] == str(export.bytes)


async def test_what_is_not_written_yet_cannot_be_downloaded(room: DatasetRoom, dataset: str) -> None:
    body = {"dataset_id": dataset, "format": "csv"}
    asked = (await room.ask("POST", "/exports", 202, json=body)).json()
    assert len(asked["task_ids"]) in {1, 2}  # the version's too, where no test made one before
    answer = await room.ask("GET", f"/exports/{asked['export']['id']}/download", 409)
    assert problem(answer)[1] == "EXPORT_NOT_MOVABLE"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"format": "gif"}, "UNKNOWN_FORMAT"),
    ({"archive": "rar"}, "INVALID"),
    ({"folder": "/etc"}, "INVALID"),
    ({"shard_size": 1_048_576}, "INVALID_SHARD_SIZE"),
    ({"splits": {"train": 0.5}}, "INVALID_SPLIT"),
    ({"splits": {"val": 0.1, "test": 0.1}}, "INVALID_SPLIT"),
    ({"conversion": {}}, "INVALID_CONVERSION"),
    ({"conversion": {"quality": 101}}, "INVALID"),
]


async def test_what_makes_no_sense_is_422(room: DatasetRoom, dataset: str) -> None:
    for wrong, code in WRONG:
        body = {"dataset_id": dataset, "format": "imagefolder", **wrong}
        told = problem(await room.ask("POST", "/exports", 422, json=body))
        assert told[1] == code
        assert str(told[2]).partition(".")[0] in wrong


async def test_formats_are_listed(room: DatasetRoom) -> None:
    found = (await room.ask("GET", "/exports/formats")).json()
    formats = {one["id"]: one["sharded"] for one in found["formats"]}
    assert (formats["imagefolder"], formats["webdataset"]) == (False, True)
    assert found["archives"] == ["zip", "tar", "tar.zst", "7z"]
