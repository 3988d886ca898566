"""Files by signed links: for whoever has one, for a while, and for nothing else."""

import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from pixcrawler.adapters.storage.links import StoreLinks, kept_secret
from pixcrawler.application.ports.links import LinkRefused, Signed
from pixcrawler.domain.shared.errors import Invalid
from tests.api.conftest import Api, OpenApi, problem
from tests.fakes.clock import StandingClock
from tests.fakes.object_store import MemoryObjectStore

KEY = "0a/exports/0b/attempt.zip"
DATA = bytes(range(256)) * 1_000
NAME = "cats & “dogs”-v1.zip"


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    found = await open_for_all()
    await found.app.imaging.store.put(KEY, DATA)
    return found


async def link(api: Api, **more: int) -> str:
    return await api.app.links.to(KEY, filename=NAME, **more)


def altered(address: str, **more: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | more
    return f"{parts.path}?{urlencode(query)}"


async def test_a_link_gives_the_file_to_whoever_has_it(api: Api) -> None:
    answer = await api.stranger.get(await link(api))
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    told = answer.headers["content-disposition"]
    assert told.startswith('attachment; filename="cats _ _dogs_-v1.zip"; filename*=UTF-8')


async def test_a_part_of_it_comes_alone_and_only_of_the_same_file(api: Api) -> None:
    address = await link(api)
    whole = await api.stranger.get(address)
    tag = whole.headers["etag"]
    part = {"range": "bytes=1000-1999"}
    answer = await api.stranger.get(address, headers=part | {"if-range": tag})
    assert (answer.status_code, answer.content) == (206, DATA[1000:2000])
    assert (await api.stranger.get(address, headers=part | {"if-range": '"x"'})).status_code == 200
    assert (await api.stranger.get(address, headers={"if-none-match": tag})).status_code == 304
    behind = await api.stranger.get(address, headers={"range": "bytes=256000-"})
    assert problem(behind)[:2] == (416, "RANGE_NOT_SATISFIABLE")


@pytest.mark.parametrize(
    "more", [{"key": "0a/exports/0b/other.zip"}, {"expires": "9999999999"}, {"signature": "0" * 64}]
)
async def test_a_link_that_was_changed_opens_nothing(api: Api, more: dict[str, str]) -> None:
    await api.app.imaging.store.put("0a/exports/0b/other.zip", b"another's")
    answer = await api.stranger.get(altered(await link(api), **more))
    assert problem(answer)[:2] == (403, "LINK_REFUSED")


async def test_programs_may_look_at_the_size_before_they_fetch(api: Api) -> None:
    answer = await api.stranger.head(await link(api))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["accept-ranges"] == "bytes"


async def test_a_link_is_for_one_name_and_for_reading(api: Api) -> None:
    address = await link(api)
    renamed = address.replace("-v1.zip", "-v1.html")
    assert problem(await api.stranger.get(renamed))[:2] == (403, "LINK_REFUSED")
    assert (await api.stranger.post(address)).status_code == 405


async def test_a_deleted_file_is_not_found(api: Api) -> None:
    await api.app.imaging.store.put("0a/exports/0b/gone.zip", b"x")
    address = await api.app.links.to("0a/exports/0b/gone.zip", filename="x.zip")
    await api.app.imaging.store.delete("0a/exports/0b/gone.zip")
    assert problem(await api.stranger.get(address))[:2] == (404, "OBJECT_MISSING")


async def test_an_empty_file_comes_empty(api: Api) -> None:
    await api.app.imaging.store.put("0a/exports/0b/empty", b"")
    answer = await api.stranger.get(await api.app.links.to("0a/exports/0b/empty", filename="e"))
    assert (answer.status_code, answer.content) == (200, b"")


async def test_signatures_stay_out_of_the_logs(
    api: Api, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    address = await link(api)
    await api.stranger.get(address)
    await api.stranger.get(altered(address, expires="1"))
    said = caplog.text + "".join(capfd.readouterr())
    signature = parse_qs(urlsplit(address).query)["signature"][0]
    assert signature not in said


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def signed(address: str) -> Signed:
    query = parse_qs(urlsplit(address).query)
    return Signed(
        key=query["key"][0],
        filename="a.zip",
        expires=int(query["expires"][0]),
        signature=query["signature"][0],
    )


async def test_a_link_ends_with_its_last_second() -> None:
    clock = StandingClock(NOW)
    links = StoreLinks(MemoryObjectStore(), clock, lambda: b"secret")
    wanted = signed(await links.to("k", filename="a.zip", seconds=60))
    clock.pass_by(60)
    links.check(wanted)
    clock.pass_by(1)
    with pytest.raises(LinkRefused, match="over"):
        links.check(wanted)


@pytest.mark.parametrize("seconds", [0, -1, 901])
async def test_no_link_holds_longer_than_a_quarter_of_an_hour(seconds: int) -> None:
    links = StoreLinks(MemoryObjectStore(), StandingClock(NOW), lambda: b"secret")
    with pytest.raises(Invalid):
        await links.to("k", filename="a.zip", seconds=seconds)


async def test_another_secret_signs_otherwise() -> None:
    one = StoreLinks(MemoryObjectStore(), StandingClock(NOW), lambda: b"one")
    other = StoreLinks(MemoryObjectStore(), StandingClock(NOW), lambda: b"other")
    with pytest.raises(LinkRefused):
        other.check(signed(await one.to("k", filename="a.zip")))


async def test_a_name_never_leaves_its_place_in_the_path() -> None:
    links = StoreLinks(MemoryObjectStore(), StandingClock(NOW), lambda: b"secret")
    address = await links.to("k", filename="../a\\b\n?c#d")
    assert re.fullmatch(r"/api/v1/files/\.\._a_b_%3Fc%23d", urlsplit(address).path)


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "home/link.secret"
    first = kept_secret(path)
    assert kept_secret(path) == first
    assert len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["link.secret"]
