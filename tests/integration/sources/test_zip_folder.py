"""The folder source over zips, and the fetcher that reads their members."""

import struct
import warnings
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from pixcrawler.adapters.fetching.local_fetcher import FolderFetcher
from pixcrawler.adapters.sources.folder import FolderSource
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.application.ports.source import SearchPage, SearchQuery
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.bodies import Bodies


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[Bodies]:
    found = Bodies(tmp_path)
    yield found
    found.close()


@pytest.fixture
def fetcher(tmp_path: Path, bodies: Bodies) -> Iterator[FolderFetcher]:
    one = FolderFetcher(roots=[tmp_path], receive=bodies, largest=1_000_000)
    yield one
    one.close()


def packed(
    folder: Path, members: dict[str, bytes], *, name: str = "a.zip", method: int = zipfile.ZIP_DEFLATED
) -> Path:
    path = folder / name
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as file:
        warnings.simplefilter("ignore")  # two members of one name
        for member, body in members.items():
            file.writestr(member, body)
    return path


async def listed(path: Path, *, page_size: int = 250) -> list[SearchPage]:
    source = FolderSource([path.parent], page_size=page_size)
    query = SearchQuery(text="", filters=SearchFilters(), input=str(path))
    pages = [await source.search(query, None)]
    while pages[-1].next_cursor is not None:
        pages.append(await source.search(query, pages[-1].next_cursor))
    return pages


async def test_a_zip_is_read_like_the_folder_that_it_holds(tmp_path: Path, fetcher: FolderFetcher) -> None:
    names = ["wolf/2.jpg", "fox/1.jpg", "fox/deep/1.png", "top.webp", "fox/é #?.jpg"]
    path = packed(tmp_path, {name: name.encode() for name in names} | {"readme.txt": b"no", "fox/": b""})
    (page,) = await listed(path)
    assert page.total == 5
    assert [one.source_id for one in page.candidates] == [
        "fox/1.jpg", "fox/deep/1.png", "fox/%C3%A9%20%23%3F.jpg", "top.webp", "wolf/2.jpg",
    ]  # fmt: skip
    assert [one.label for one in page.candidates] == ["fox", "fox", "fox", None, "wolf"]
    for one, name in zip(page.candidates, [names[1], names[2], names[4], names[3], names[0]], strict=True):
        fetched = await fetcher.fetch(one.image_url)
        assert isinstance(fetched, Fetched)
        assert fetched.sha256 == sha256(name.encode()).hexdigest()
        fetched.body.discard()


@pytest.mark.parametrize("page_size", [1, 3, 250])
async def test_pages_of_any_size_give_each_member_once(page_size: int, tmp_path: Path) -> None:
    path = packed(tmp_path, {f"{number % 3}/{number}.jpg": b"x" for number in range(20)})
    pages = await listed(path, page_size=page_size)
    found = [one.image_url for page in pages for one in page.candidates]
    assert len(found) == len(set(found)) == 20


async def test_what_may_not_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    bad = ("../up.jpg", "/root.jpg", "a/../../b.jpg", "C:/c.jpg", "a\\..\\d.jpg")
    inside, hidden = ("inner.zip", "x.tar.gz"), (".hidden/e.jpg", "__MACOSX/._ok.jpg")
    path = packed(tmp_path, dict.fromkeys(("ok.jpg", *bad, *inside, *hidden), b"x"))
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    (page,) = await listed(path)
    assert [one.source_id for one in page.candidates] == ["ok.jpg"]
    assert page.notes == (
        "a.zip: 2 files are archives themselves: unpack them first.",
        "a.zip: 5 files have names that lead out of it.",
    )


def locked(path: Path) -> Path:
    """The same zip, all members of which say that they are encrypted."""
    body = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.find(mark)
        while at >= 0:
            body[at + flags] |= 1
            at = body.find(mark, at + 4)
    path.write_bytes(bytes(body))
    return path


async def test_an_encrypted_zip_is_refused_with_a_clear_word(tmp_path: Path, fetcher: FolderFetcher) -> None:
    path = locked(packed(tmp_path, {"1.jpg": b"x", "2.jpg": b"y"}))
    with pytest.raises(InvalidJob, match=r"a\.zip: 2 files need a password"):
        await listed(path)
    missed = await fetcher.fetch(f"{path.as_uri()}#1.jpg")
    assert isinstance(missed, Missed)
    assert (missed.reason, missed.evidence) == (Reason.CORRUPT, "in its zip: it needs a password")


@pytest.mark.parametrize(
    "body",
    [b"", b"no zip", b"PK\x05\x06", b"PK\x03\x04" + b"x" * 100, b"PK\x05\x06" + b"\xff" * 18],
    ids=["empty", "text", "cut", "head", "lies"],
)
async def test_what_is_no_zip_is_told(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(body)
    with pytest.raises(InvalidJob, match=r"a\.zip cannot be read: it"):
        await listed(path)


async def test_a_zip_of_too_many_entries_is_refused_before_it_is_listed(tmp_path: Path) -> None:
    path = packed(tmp_path, {"1.jpg": b"x"})
    body = bytearray(path.read_bytes())
    at = body.rfind(b"PK\x05\x06")
    struct.pack_into("<L", body, at + 12, 40_000_000)
    path.write_bytes(bytes(body))
    with pytest.raises(InvalidJob, match="250,000 are the most"):
        await listed(path)


async def test_a_bomb_is_stopped_whatever_size_it_claims(
    tmp_path: Path, fetcher: FolderFetcher, bodies: Bodies
) -> None:
    path = packed(tmp_path, {"bomb.jpg": bytes(50_000_000)})
    honest = await fetcher.fetch(f"{path.as_uri()}#bomb.jpg")
    assert isinstance(honest, Missed)
    assert honest.reason is Reason.BODY_TOO_LARGE
    body = bytearray(path.read_bytes())
    struct.pack_into("<L", body, body.rfind(b"PK\x01\x02") + 24, 1_000)
    path.write_bytes(bytes(body))
    lying = await fetcher.fetch(f"{path.as_uri()}#bomb.jpg")
    if isinstance(lying, Fetched):
        assert lying.size <= 1_000
        lying.body.discard()
    assert bodies.left == []


async def test_a_damaged_member_harms_no_other(
    tmp_path: Path, fetcher: FolderFetcher, bodies: Bodies
) -> None:
    path = packed(tmp_path, {"1.jpg": b"one" * 100, "2.jpg": b"two" * 100}, method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"oneone", b"oNeone", 1))
    missed = await fetcher.fetch(f"{path.as_uri()}#1.jpg")
    assert isinstance(missed, Missed)
    assert missed.reason is Reason.CORRUPT
    assert bodies.left == []
    assert isinstance(await fetcher.fetch(f"{path.as_uri()}#2.jpg"), Fetched)


async def test_other_methods_and_missing_members_have_their_reason(
    tmp_path: Path, fetcher: FolderFetcher
) -> None:
    path = packed(tmp_path, {"1.jpg": b"x"}, method=zipfile.ZIP_LZMA)
    missed = await fetcher.fetch(f"{path.as_uri()}#1.jpg")
    assert isinstance(missed, Missed)
    assert missed.evidence == "in its zip: compression method 14 is not read; stored and deflated are"
    missed = await fetcher.fetch(f"{path.as_uri()}#2.jpg")
    assert isinstance(missed, Missed)
    assert missed.reason is Reason.FILE_MISSING


async def test_a_zip_outside_of_the_roots_is_denied(tmp_path: Path, bodies: Bodies) -> None:
    (tmp_path / "in").mkdir()
    path = packed(tmp_path, {"1.jpg": b"x"})
    fetcher = FolderFetcher(roots=[tmp_path / "in"], receive=bodies)
    missed = await fetcher.fetch(f"{path.as_uri()}#1.jpg")
    assert isinstance(missed, Missed)
    assert missed.reason is Reason.ADDRESS_DENIED


async def test_zip64_is_read(tmp_path: Path, fetcher: FolderFetcher) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file, file.open("1.jpg", "w", force_zip64=True) as member:
        member.write(b"x")
    body = path.read_bytes()
    end = body.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<LL", body, end + 12)
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    tail = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(body[:end] + record + locator + tail)
    (page,) = await listed(path)
    assert isinstance(await fetcher.fetch(page.candidates[0].image_url), Fetched)


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#" '
    'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" {attributes}>{elements}'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("attributes", "elements", "license_"),
    [
        ("", f'<cc:license rdf:resource="{CC_BY}"/>', "CC-BY-4.0"),
        (f'xmpRights:WebStatement="{CC_BY}"', "", "CC-BY-4.0"),
        (
            "",
            "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>CC0</rdf:li></rdf:Alt></dc:rights>",
            "CC0-1.0",
        ),
        ("", "<dc:rights><rdf:Alt><rdf:li>Ann, all rights</rdf:li></rdf:Alt></dc:rights>", "unknown"),
        ("", "<dc:rights>&bomb;</dc:rights>", "unknown"),
        ("", "<broken", "unknown"),
    ],
)
async def test_what_a_file_says_of_its_licence_is_taken(
    attributes: str, elements: str, license_: str, tmp_path: Path
) -> None:
    (tmp_path / "pictures").mkdir()
    said = XMP.format(attributes=attributes, elements=elements).encode()
    (tmp_path / "pictures/1.jpg").write_bytes(b"\xff\xd8\xff\xe1" + said + b"\xff\xda")
    (tmp_path / "pictures/2.jpg").write_bytes(b"\xff\xd8")
    (page,) = await listed(tmp_path / "pictures")
    assert [one.license for one in page.candidates] == [license_, "unknown"]
