"""Pictures that a job wants to look like something."""

import io

import pytest
from PIL import Image

from pixcrawler.domain.crawling.filters import Color, ImageType, SearchFilters
from tests.unit.application.crawling.stage import CHUNK, Stage, url
from tests.unit.application.crawling.test_run_chunk import opened


@pytest.mark.parametrize(
    ("filters", "reasons"),
    [
        (SearchFilters(color=Color.RED), {"red": None, "blue": "wrong_color", "clear": "wrong_color"}),
        (SearchFilters(color=Color.COLOR), {"red": None, "blue": None, "clear": "wrong_color"}),
        (
            SearchFilters(image_type=ImageType.TRANSPARENT),
            {"red": "wrong_image_type", "blue": "wrong_image_type", "clear": None},
        ),
        (
            SearchFilters(image_type=ImageType.ANIMATED),
            dict.fromkeys(("red", "blue", "clear"), "wrong_image_type"),
        ),
        (SearchFilters(image_type=ImageType.PHOTO), dict.fromkeys(("red", "blue", "clear"))),
    ],
)
async def test_pictures_that_do_not_look_as_asked_are_rejected(
    filters: SearchFilters, reasons: dict[str, str | None]
) -> None:
    stage = Stage(cat=[["red", "blue", "clear"]])
    colours = {"red": (200, 10, 10, 255), "blue": (10, 10, 200, 255), "clear": (99, 99, 99, 0)}
    for name, colour in colours.items():
        packed = io.BytesIO()
        Image.new("RGBA", (50, 50), colour).save(packed, "PNG")
        stage.fetcher.web[url(name)] = packed.getvalue()
    await opened(stage, filters=filters)
    await stage.act(CHUNK)
    assert stage.reasons() == reasons
