"""The report holds everything, and nothing that came from the web gets out of its text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from pixcrawler.adapters.reports.html import HtmlReport, badge, bars, filesize, web_url
from pixcrawler.application.ports.report import (
    Copy,
    DuplicateSet,
    Example,
    Fact,
    Funnel,
    LabelSheet,
    Picture,
    Rejection,
    Report,
    Share,
    Step,
)
from pixcrawler.domain.datasets.statistics import Bin
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.reasons import Reason

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"
BAD_LINK = "JavaScript:alert(document.domain)//https://x.example"
VOID = {"meta", "link", "img", "br", "input"}

PICTURE = Picture(
    thumbnail=b"\xff\xd8thumbnail",
    width=640,
    height=480,
    bytes=12_345,
    license=EVIL,
    license_url=BAD_LINK,
    title=EVIL,
    author=EVIL,
    source=EVIL,
    file='train/a "b"/#1%.jpg',
    image_url=BAD_LINK,
    page_url=BAD_LINK,
)
REPORT = Report(
    title=EVIL,
    tool="PixCrawler 0.1.0",
    asked=60,
    images=42,
    bytes=1_400_000,
    funnel=Funnel(found=100, downloaded=80, valid=70, unique=60, kept=42),
    dataset=EVIL,
    facts=(Fact(EVIL, EVIL),),
    missing=(EVIL, "Only 42 were found."),
    sheets=(LabelSheet(label=EVIL, images=42, pictures=(PICTURE,)), LabelSheet(label="ox", images=0)),
    rejections=(
        Rejection(reason=Reason.HTTP_404, count=2, examples=(Example(BAD_LINK, EVIL), Example(EVIL))),
        Rejection(reason=Reason.TRUNCATED, count=18, examples=(Example("https://x.example/cut.jpg", "cut"),)),
    ),
    duplicates=(DuplicateSet(PICTURE, (Copy(PICTURE, None), Copy(PICTURE, 3))),),
    duplicate_sets=9,
    sizes=(Bin("64–127", 1), Bin("128–255", 0), Bin("256–511", 1)),
    aspects=(Bin("tall", 1), Bin("landscape", 1)),
    licenses=(Share(name=EVIL, count=40, url=BAD_LINK), Share(name="CC0-1.0", count=2)),
    sources=(Share(name=EVIL, count=42, url=BAD_LINK),),
    label_sources=(Share(name="query", count=40), Share(name=EVIL, count=2)),
    splits={"train": {EVIL: 40}, "val": {EVIL: 2}},
    next_steps=(Step(EVIL, EVIL),),
)
EMPTY = Report(
    title="nothing",
    tool="PixCrawler 0.1.0",
    asked=5,
    images=0,
    bytes=0,
    funnel=Funnel(found=0, downloaded=0, valid=0, unique=0, kept=0),
)


class Page(HTMLParser):
    """What a browser would make of it: tags with attributes, and the text. Fails on unbalanced tags."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.tags if attribute in attributes]


def page(report: Report) -> Page:
    return Page(HtmlReport().render(report))


@pytest.mark.parametrize("report", [REPORT, EMPTY, msgspec.structs.replace(REPORT, asked=42, missing=())])
def test_every_tag_is_closed(report: Report) -> None:
    assert page(report).tags


def test_texts_from_the_web_stay_texts() -> None:
    found = page(REPORT)
    assert "script" not in {tag for tag, _ in found.tags}
    assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
    assert found.text.count(EVIL) > 12


def test_only_addresses_of_the_web_and_of_the_dataset_become_links() -> None:
    links = set(page(REPORT).values("href"))
    assert links == {
        "#pictures",
        "#left-out",
        "#duplicates",
        "#numbers",
        "#splits",
        "#next",
        "./train/a%20%22b%22/%231%25.jpg",
        "https://x.example/cut.jpg",
    }


def test_the_page_loads_nothing() -> None:
    source = HtmlReport().render(REPORT)
    found = Page(source)
    assert all(value.startswith("data:image/jpeg;base64,") for value in found.values("src"))
    assert len(found.values("src")) == 4
    assert not re.search(r"url\(|@import|<link", source)
    assert "default-src 'none'; img-src data:" in found.values("content")[3]


def test_a_shortfall_is_explained() -> None:
    text = " ".join(page(REPORT).text.split())
    assert "42 of 60 asked for" in text
    assert "18 are missing because:" in text
    assert "Only 42 were found." in text


def test_a_full_dataset_says_so() -> None:
    text = " ".join(page(msgspec.structs.replace(REPORT, asked=42)).text.split())
    assert "All 42 pictures that were asked for are here." in text
    assert "missing because" not in text


def test_rejections_come_with_sentence_count_and_evidence_the_most_frequent_first() -> None:
    text = " ".join(page(REPORT).text.split())
    assert text.index("The picture is cut off. truncated 18") < text.index(
        "The picture is gone (404). http_404 2"
    )
    assert "https://x.example/cut.jpg cut" in text


def test_duplicates_stand_side_by_side_with_their_distance() -> None:
    text = " ".join(page(REPORT).text.split())
    assert "1 of 9 are shown" in text
    assert "dropped same bytes" in text
    assert "dropped 3 of 64 bits apart" in text


async def test_the_file_is_written_whole_over_an_older_one(tmp_path: Path) -> None:
    await HtmlReport().write(EMPTY, tmp_path)
    await HtmlReport().write(REPORT, tmp_path)
    assert written(tmp_path) == {"report.html": HtmlReport().render(REPORT)}


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


async def test_a_folder_that_is_not_there_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        await HtmlReport().write(EMPTY, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("license_id", "kind"),
    [
        ("CC0-1.0", "free"),
        ("PDM-1.0", "free"),
        ("CC-BY-SA-4.0", "credit"),
        ("CC-BY-NC-2.0", "limited"),
        ("MIT", "other"),
        ("unknown", "unknown"),
        ("", "unknown"),
    ],
)
def test_licences_are_told_apart_by_what_they_ask_for(license_id: str, kind: str) -> None:
    assert badge(license_id) == kind


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 KB"), (999_960, "1.0 MB"), (1_400_000, "1.4 MB")],
)
def test_sizes_of_files_are_told_in_words(count: int, text: str) -> None:
    assert filesize(count) == text


def test_an_address_is_kept_but_for_what_could_end_it() -> None:
    assert web_url("HTTPS://x.example/a b?q=é&r=%20#f") == "HTTPS://x.example/a%20b?q=%C3%A9&r=%20#f"
    assert web_url("//x.example") is None
    assert web_url(None) is None


def test_the_tallest_bar_fills_the_chart() -> None:
    tall, small = bars((Bin("a", 8), Bin("b", 2)))
    assert (tall["y"], tall["height"], small["y"], small["height"]) == (0, 40, 30, 10)
    assert bars(()) == []
