"""Filters of a command line, as the job gets them."""

from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.filters import Color, ImageType, primary_language
from pixcrawler.entrypoints.cli.crawl import command
from pixcrawler.entrypoints.cli.demo import REQUEST


def test_kind_colour_and_language_reach_the_job() -> None:
    asked = replace(REQUEST, image_type="line_art", color="teal", language="pt-BR")
    filters = asked.spec({}).filters
    assert (filters.image_type, filters.color, filters.language) == (ImageType.LINE_ART, Color.TEAL, "pt")
    filters = REQUEST.spec({}).filters
    assert (filters.image_type, filters.color, filters.language) == (None, None, None)


@pytest.mark.parametrize("text", ["english2", "e", "de DE", "12", "de-", "de-ümlaut"])
def test_what_is_no_language_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidJob, match="is no language: give its short tag, such as en") as caught:
        replace(REQUEST, language=text).spec({})
    assert caught.value.field == "language"


@pytest.mark.parametrize(
    ("text", "tag"), [("de", "de"), ("EN-us", "en"), ("zh-Hant-TW", "zh"), (" nds ", "nds"), ("pt_BR", "pt")]
)
def test_a_language_is_its_primary_tag(text: str, tag: str) -> None:
    assert primary_language(text) == tag


@pytest.mark.parametrize(("option", "words"), [("--type", "line_art"), ("--color", "monochrome")])
def test_a_wrong_choice_names_the_right_ones(option: str, words: str) -> None:
    done: Any = CliRunner().invoke(command, ["fox", option, "puce"])
    assert done.exit_code == 2
    assert words in done.output


@pytest.mark.parametrize(("smallest", "largest"), [((800, 60), (100, 100)), ((80, 600), (100, 100))])
def test_sizes_that_no_picture_can_meet_are_refused_before_anything_is_asked(
    smallest: tuple[int, int], largest: tuple[int, int]
) -> None:
    with pytest.raises(InvalidJob, match="100x100: no picture is both") as caught:
        replace(REQUEST, min_size=smallest, max_size=largest).check()
    assert caught.value.field == "min_size"


@pytest.mark.parametrize("size", ["0x0", "640x0", "640", "-1x5", "٣x٣"])
def test_what_is_no_size_is_a_wrong_usage(size: str) -> None:
    done: Any = CliRunner().invoke(command, ["fox", f"--min-size={size}"])
    assert done.exit_code == 2
    assert "write it as 640x480" in done.output
