"""The strict look tells poor pictures from good ones that resemble them."""

import io
from functools import cache

import pytest
from bench.canvas import write
from bench.defects import CLEAN, labelled
from bench.photograph import photograph
from PIL import Image, ImageFilter

from pixcrawler.adapters.imaging.look import look
from pixcrawler.domain.imaging.quality import MEASURED, REASONS, Scores, issues
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Validation
from tests.unit.adapters.imaging.pictures import packed, png

PHOTO = photograph(11, 640, 480)


def measured(picture: Image.Image | bytes, form: str = "JPEG") -> Scores:
    data = picture if isinstance(picture, bytes) else packed(picture, form)
    scores = look(data, Validation.STRICT).scores
    assert scores is not None
    return scores


def found(scores: Scores) -> set[str]:
    reasons = issues(scores, DEFAULT_THRESHOLDS)
    return {name for name, reason in REASONS.items() if reason in reasons}


@cache
def judged() -> list[tuple[str, str, set[str]]]:
    """Label, kind and issues of a small labelled set."""
    return [(one.label, one.kind, found(measured(one.picture))) for one in labelled(seed=41, each=4)]


@pytest.mark.long
@pytest.mark.parametrize("check", REASONS)
def test_nearly_all_poor_pictures_are_found(check: str) -> None:
    missed = [kind for label, kind, issues_ in judged() if label == check and check not in issues_]
    assert len(missed) <= 1


@pytest.mark.long
def test_nearly_no_clean_picture_has_an_issue_though_half_of_them_look_like_it() -> None:
    wrong = [(kind, issues_) for label, kind, issues_ in judged() if label == CLEAN and issues_]
    assert len(wrong) <= 1


def test_more_blur_is_a_higher_score() -> None:
    steps = [measured(PHOTO.filter(ImageFilter.GaussianBlur(radius))).blur for radius in (0, 2, 5, 9)]
    assert steps == sorted(steps)
    assert steps[0] < 0.5 < 0.76 < steps[-1]


def test_more_darkness_and_more_light_are_higher_scores() -> None:
    dark = [measured(PHOTO.point(lambda v, s=share: v * s)).dark for share in (1, 0.5, 0.2, 0.05)]
    light = [measured(PHOTO.point(lambda v, s=share: 255 - (255 - v) * s)).bright for share in (1, 0.5, 0.05)]
    assert dark == sorted(dark)
    assert light == sorted(light)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "BMP"])
def test_the_same_picture_has_much_the_same_scores_in_every_format(form: str) -> None:
    one, other = measured(PHOTO, "PNG"), measured(PHOTO, form)
    for name in MEASURED:
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=0.12), name


def test_size_changes_the_scores_little() -> None:
    large = photograph(12, 1600, 1200)
    small = large.resize((800, 600), Image.Resampling.LANCZOS)
    for name in MEASURED:
        assert getattr(measured(large), name) == pytest.approx(getattr(measured(small), name), abs=0.15), name


def test_what_is_transparent_is_neither_dark_nor_bright() -> None:
    thing = photograph(13, 320, 320).convert("RGBA")
    mask = Image.new("L", thing.size)
    mask.paste(255, (40, 60, 260, 280))
    for ground in ("black", "white"):
        page = Image.new("RGBA", thing.size, ground)
        page.paste(thing, mask=mask)
        page.putalpha(mask)
        assert not found(measured(page, "PNG"))


def test_one_pixel_and_long_strips_can_be_measured() -> None:
    assert "low_information" in found(measured(png(1, 1)))
    assert "odd_aspect" in found(measured(png(60_000, 2, bits=8, colour=2)))


def test_a_pattern_laid_over_again_and_again_scores_as_a_watermark() -> None:
    marked = PHOTO.copy()
    for row in range(6):
        for column in range(4):
            write(marked, "SAMPLE", ((column + 0.5) / 4, (row + 0.5) / 6), 0.06, (235, 235, 235))
    assert measured(marked).watermark > 0.5 > measured(PHOTO).watermark


def test_scores_are_the_same_each_time() -> None:
    data = io.BytesIO()
    PHOTO.save(data, "JPEG")
    assert measured(data.getvalue()) == measured(data.getvalue())
