import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pixcrawler.adapters.sources.folder import FolderSource
from pixcrawler.application.ports.source import SearchQuery
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import FolderNotAllowed, InvalidJob, SourceUnreachable
from pixcrawler.domain.crawling.filters import SearchFilters


def of(folder: Path | str | None) -> SearchQuery:
    return SearchQuery(text="", filters=SearchFilters(), input=None if folder is None else str(folder))


def filled(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


async def ids(folder: Path, page_size: int = 250) -> list[str | None]:
    source = FolderSource([folder], page_size=page_size)
    found: list[str | None] = []
    cursor: str | None = None
    while True:
        page = await source.search(of(folder), cursor)
        found += [candidate.source_id for candidate in page.candidates]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def test_the_first_sub_folder_is_the_label_and_the_file_name_the_title(tmp_path: Path) -> None:
    filled(tmp_path, "red foxes/2020/A fox.JPG", "loose.png")
    page = await FolderSource([tmp_path]).search(of(tmp_path), None)
    assert page.candidates == (
        Candidate(
            image_url=(tmp_path / "loose.png").as_uri(), source="folder", source_id="loose.png", title="loose"
        ),
        Candidate(
            image_url=(tmp_path / "red foxes/2020/A fox.JPG").as_uri(),
            source="folder",
            source_id="red%20foxes/2020/A%20fox.JPG",
            title="A fox",
            label="red foxes",
        ),
    )


async def test_only_pictures_are_taken_and_hidden_things_are_not(tmp_path: Path) -> None:
    filled(
        tmp_path,
        "a.jpg",
        "b.jpeg",
        "c.avif",
        "d.txt",
        "e.svg",
        ".f.jpg",
        ".git/g.jpg",
        "h.jpg.part",
        "i.TIFF",
        "j.heic",
        "k.jfif",
    )
    (tmp_path / "folder.jpg").mkdir()
    assert await ids(tmp_path) == ["a.jpg", "b.jpeg", "c.avif", "i.TIFF", "j.heic", "k.jfif"]


async def test_links_out_of_the_folder_and_circles_are_left_out(tmp_path: Path) -> None:
    inside, outside = filled(tmp_path / "in", "a.jpg"), filled(tmp_path / "out", "secret.jpg")
    (inside / "leak.jpg").symlink_to(outside / "secret.jpg")
    (inside / "leak").symlink_to(outside)
    (inside / "circle").symlink_to(inside)
    (inside / "twin.jpg").symlink_to(inside / "a.jpg")
    (inside / "dangling.jpg").symlink_to(inside / "nowhere.jpg")
    (inside / "itself.jpg").symlink_to("itself.jpg")
    assert await ids(inside) == ["a.jpg", "twin.jpg"]


async def test_names_that_are_no_utf8_do_no_harm(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 100%.jpg")
    filled(tmp_path, name, "z.jpg")
    page = await FolderSource([tmp_path], page_size=1).search(of(tmp_path), None)
    [candidate] = page.candidates
    assert candidate.image_url.endswith("/caf%E9%20100%25.jpg")
    assert candidate.title == "caf\N{REPLACEMENT CHARACTER} 100%"
    assert await ids(tmp_path, page_size=1) == ["caf%E9%20100%25.jpg", "z.jpg"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    names=st.sets(
        st.lists(st.sampled_from(["a", "a-", "a.b", "b", "B", "é", "a%20"]), min_size=1, max_size=3).map(
            tuple
        )
    ),
    page_size=st.integers(1, 4),
)
async def test_pages_of_any_size_give_the_same_files_in_the_same_order(
    tmp_path_factory: pytest.TempPathFactory, names: set[tuple[str, ...]], page_size: int
) -> None:
    folder = filled(tmp_path_factory.mktemp("walk"), *("/".join(parts) + ".jpg" for parts in names))
    whole = await ids(folder)
    assert len(whole) == len(names)
    assert await ids(folder, page_size) == whole


async def test_a_folder_outside_the_roots_is_refused_however_it_is_spelled(tmp_path: Path) -> None:
    root, other = filled(tmp_path / "root", "a.jpg"), filled(tmp_path / "root2", "b.jpg")
    (root / "door").symlink_to(other)
    source = FolderSource([root])
    for path in (other, root / ".." / "root2", root / "door", "/", tmp_path):
        with pytest.raises(FolderNotAllowed, match="may not be crawled"):
            await source.search(of(path), None)


async def test_without_roots_nothing_may_be_crawled(tmp_path: Path) -> None:
    with pytest.raises(FolderNotAllowed):
        await FolderSource([]).search(of(tmp_path), None)


async def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    filled(tmp_path, "a.jpg")
    source = FolderSource([tmp_path])
    with pytest.raises(InvalidJob, match=r"a\.jpg is neither a folder nor a zip: name a folder with"):
        await source.search(of(tmp_path / "a.jpg"), None)
    with pytest.raises(InvalidJob, match="nowhere does not exist: "):
        await source.search(of(tmp_path / "nowhere"), None)
    with pytest.raises(InvalidJob, match="--input FOLDER"):
        await source.search(of(None), None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    filled(tmp_path, "closed/a.jpg")
    (tmp_path / "closed").chmod(0)
    try:
        with pytest.raises(SourceUnreachable, match="closed cannot be read: Permission denied"):
            await FolderSource([tmp_path]).search(of(tmp_path), None)
    finally:
        (tmp_path / "closed").chmod(0o700)


async def test_a_folder_that_vanishes_half_way_is_told(tmp_path: Path) -> None:
    filled(tmp_path, "a/1.jpg", "b/2.jpg")
    source = FolderSource([tmp_path], page_size=1)
    page = await source.search(of(tmp_path), None)
    (tmp_path / "a/1.jpg").unlink()
    following = await source.search(of(tmp_path), page.next_cursor)
    assert [candidate.source_id for candidate in following.candidates] == ["b/2.jpg"]
