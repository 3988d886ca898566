"""More searches for a crawl: shown first, and part of what it asks for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.query import searches
from pixcrawler.entrypoints.cli.demo import REQUEST
from pixcrawler.entrypoints.cli.expanding import expanded
from pixcrawler.entrypoints.cli.request import CrawlRequest
from pixcrawler.settings import Settings, load_settings
from tests.unit.adapters.expansion.wordnet import ANIMALS, write_wordnet

Requested = Callable[..., CrawlRequest]


@pytest.fixture
def requested() -> Requested:
    plain = {"inputs": (), "sources": (), "max_images": None}

    def make(*keywords: str, **more: object) -> CrawlRequest:
        return replace(REQUEST, **{**plain, "keywords": keywords, **more})  # type: ignore[arg-type]

    return make


def settings(**more: str) -> Settings:
    return load_settings({"EXPANSION_MAX": "2", "HOME": "/nowhere", **more})


def test_the_queries_are_shown_and_then_searched_for(
    requested: Requested, capsys: pytest.CaptureFixture[str]
) -> None:
    request = expanded(requested("red fox", '"snow owl" -toy', expand="templates"), settings())
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "red foxes  (plural)" in shown.err
    spec = request.spec({})
    assert [text for _, _, text in searches(spec)] == [
        "red fox", "red foxes", "red fox close up",
        '"snow owl"', '"snow owl" close up', '"snow owl" outdoors',
    ]  # fmt: skip
    assert [keyword.label for keyword in spec.keywords] == ["red fox", "snow owl"]
    assert spec.keywords[1].exclude == ("toy",)


def test_excluded_words_are_in_no_query(requested: Requested) -> None:
    request = expanded(
        requested("fox -outdoors", exclude=("photo",), expand="templates"), settings(EXPANSION_MAX="50")
    )
    texts = " ".join(request.spec({}).keywords[0].texts)
    assert "outdoors" not in texts
    assert "photo" not in texts


def test_a_chosen_sense_goes_its_way(requested: Requested, tmp_path: Path) -> None:
    directory = write_wordnet(tmp_path, ANIMALS, {"crane": ["machine", "bird crane"]})
    wordnet = settings(EXPANSION_WORDNET_DIR=str(directory))
    (keyword,) = expanded(requested("crane#2", expand="wordnet"), wordnet).spec({}).keywords
    assert (keyword.label, keyword.texts) == ("crane", ("crane", "whooping crane"))


def test_targets_and_minimums_of_a_file_reach_the_job(requested: Requested, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(
        '{"cat": {"keywords": ["tabby"], "max_images": 7}, "dog": {"keywords": ["pug"], "max_images": 3}}'
    )
    request = requested(config=file, minimum=2, conflicts="drop")
    request.check()
    assert request.images == 10
    spec = request.spec({})
    assert (spec.targets, spec.minimums) == ({"cat": 7, "dog": 3}, {"cat": 2, "dog": 2})
    assert spec.conflicts is Conflicts.DROP
    with pytest.raises(InvalidJob, match="do not add up"):
        requested(config=file, max_images=11).check()
    with pytest.raises(InvalidJob, match="say how many images in all"):
        requested("owl", config=file).check()
