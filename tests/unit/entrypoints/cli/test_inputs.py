"""What `--input` may be, and who reads it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.entrypoints.cli.demo import REQUEST
from pixcrawler.entrypoints.cli.request import CrawlRequest

PAGE, OTHER = "https://e.org/gallery", "HTTP://e.com/*"


def request(**more: Any) -> CrawlRequest:
    return replace(REQUEST, **({"keywords": (), "sources": (), "max_images": None} | more))


def test_a_url_is_read_as_a_page_and_needs_no_keyword() -> None:
    asked = request(inputs=(PAGE, OTHER, PAGE))
    asked.check()
    assert asked.source_ids == ("web",)
    assert asked.address_inputs() == {"web": f"{PAGE}\n{OTHER}"}
    assert (asked.words, asked.most_of_addresses) == ("e.org", 1_000)
    assert [keyword.label for keyword in asked.spec({}).keywords] == [""]


def test_a_keyword_is_the_label() -> None:
    asked = request(keywords=("fox",), sources=("feed",), inputs=(PAGE,))
    asked.check()
    assert asked.address_inputs() == {"feed": PAGE}
    assert [keyword.label for keyword in asked.spec({}).keywords] == ["fox"]


def test_pages_may_be_read_beside_a_search_and_a_list(tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.touch()
    both = request(keywords=("fox",), sources=("openverse", "web"), inputs=(PAGE,))
    both.check()
    assert both.most_of_addresses is None
    mixed = request(inputs=(PAGE, str(listed)))
    mixed.check()
    assert (mixed.source_ids, mixed.input) == (("web", "url_list"), listed)


def test_a_zip_is_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "Photos.ZIP"
    path.touch()
    asked = request(inputs=(str(path),))
    asked.check()
    assert (asked.source_ids, asked.folder) == (("folder",), path)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"sources": ("web",)}, "The source web needs --input, the URL to read"),
        ({"sources": ("feed",), "inputs": ("ftp://e.org/",)}, "ftp:/e.org is read by --source url_list"),
        ({"sources": ("openverse",), "keywords": ("a",), "inputs": (PAGE,)}, "--source web or --source feed"),
        ({"sources": ("url_list",), "inputs": (PAGE,)}, "The source url_list needs --input, the file"),
        ({"sources": ("web", "feed"), "inputs": (PAGE,)}, "name one"),
        ({"inputs": (PAGE,), "keywords": ("fox", "wolf")}, "give at most one keyword, its label"),
        ({"inputs": ("https://",)}, "“https://” is no address"),
        ({"inputs": ("https://ann:secret@e.org/",)}, "is no address"),
        ({"inputs": ("nowhere.txt", "here.txt")}, "one file or folder, and any number of URLs"),
        ({"inputs": tuple(f"https://e.org/{number}" for number in range(1_001))}, "more than 1,000"),
        ({"inputs": ("x" * 300,)}, "There is no x"),
        ({"inputs": (PAGE,), "minimum": 5}, "--minimum is for classes that keywords or --config name"),
    ],
)
def test_what_makes_no_sense_is_told(more: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidJob) as refused:
        request(**more).check()
    assert told in str(refused.value)
