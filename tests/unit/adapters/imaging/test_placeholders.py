"""What only stands in for a picture is told from what is made like it: logos, signs, drawings, writing."""

import numpy as np
import pytest
from bench.canvas import write
from bench.drawings import DRAWINGS
from PIL import Image, ImageDraw, ImageFont

from pixcrawler.adapters.imaging import marks
from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.phrases import ROLES, hints_at_it, says_so
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Validation
from tests.unit.adapters.imaging.pictures import packed

PASSES = DEFAULT_THRESHOLDS.placeholder
WHITE, BLACK, GREY, PALE = (255,) * 3, (0,) * 3, (150,) * 3, (222,) * 3

SENTENCES = (
    "no image",
    "image not available",
    "photo could not be found",
    "this image is no longer available",
    "photo coming soon",
    "missing image",
    "picture has been deleted",
    "stop hotlinking",
    "hotlinking is not allowed",
    "kein bild vorhanden",
    "bild nicht verfügbar",
    "imagen no disponible",
    "aucune image",
    "nessuna immagine",
    "нет изображения",
)
OTHERS = (
    "image works",
    "photo studio",
    "picture this",
    "our photo archive",
    "images available on request",
    "not for sale",
    "no photography",
    "coming home",
)


def score(page: Image.Image, form: str = "JPEG") -> float:
    scores = look(packed(page, form), Validation.STRICT).scores
    assert scores is not None
    return scores.placeholder


def saying(text: str, ground: tuple[int, ...] = WHITE, ink: tuple[int, ...] = BLACK) -> Image.Image:
    page = Image.new("RGB", (400, 300), ground)
    write(page, text, (0.5, 0.5), 0.08, ink)
    return page


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_known_by_its_words(text: str) -> None:
    assert says_so([(word, 0.9) if word in ROLES else ("archive", 0.3) for word in text.split()])


@pytest.mark.parametrize("text", OTHERS)
def test_other_sentences_of_the_same_words_are_not_it(text: str) -> None:
    words = [(word, 0.9) if word in ROLES else ("archive", 0.3) for word in text.split()]
    assert not says_so(words)
    assert not hints_at_it(words)


def test_words_that_were_hardly_read_say_nothing() -> None:
    assert not says_so([("no", 0.62), ("image", 0.66)])


def test_every_word_has_shapes_that_it_is_known_by() -> None:
    assert set(marks.words().names) == set(ROLES)
    assert np.isfinite(marks.words().shapes).all()


@pytest.mark.parametrize(
    ("ground", "ink"),
    [(WHITE, BLACK), (BLACK, WHITE), (WHITE, (200, 0, 0)), ((30, 60, 150), WHITE), (PALE, GREY)],
)
def test_what_says_so_is_a_placeholder_in_any_colours(ground: tuple[int, ...], ink: tuple[int, ...]) -> None:
    assert score(saying("No image available", ground, ink)) > PASSES


@pytest.mark.parametrize(
    "text", ["Bild nicht verfügbar", "IMAGE NOT FOUND", "Foto no disponible", "640 x 480"]
)
def test_languages_capitals_and_sizes_are_read(text: str) -> None:
    assert score(saying(text)) > PASSES


def test_it_may_stand_in_a_corner_beside_a_sign_and_in_a_frame() -> None:
    page = Image.new("RGB", (300, 200), WHITE)
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 299, 199), outline=(190, 190, 190))
    pen.rectangle((8, 8, 30, 28), outline=GREY, width=2)
    pen.text((40, 9), "Image not found", fill=BLACK, font=ImageFont.load_default(size=15))
    assert score(page, "PNG") > PASSES


@pytest.mark.parametrize("text", ["No image available", "Image not found", "Hotlinking not allowed"])
@pytest.mark.parametrize("font", [ImageFont.load_default(size=10), ImageFont.load_default_imagefont()])
def test_small_writing_in_the_fonts_that_come_with_pillow_is_read(
    text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> None:
    page = Image.new("RGB", (300, 200), (204, 204, 204))
    ImageDraw.Draw(page).text((20, 90), text, fill=BLACK, font=font)
    assert score(page, "PNG") > PASSES


def test_a_pale_box_with_a_cross_from_corner_to_corner_is_one() -> None:
    page = Image.new("RGB", (300, 200), PALE)
    pen = ImageDraw.Draw(page)
    pen.line((0, 0, 300, 200), fill=GREY, width=2)
    pen.line((0, 200, 300, 0), fill=GREY, width=2)
    assert score(page) > PASSES


@pytest.mark.parametrize("kind", DRAWINGS)
def test_drawings_in_one_ink_are_no_placeholders(kind: str) -> None:
    drawn = [DRAWINGS[kind](np.random.default_rng((51, turn))) for turn in range(3)]
    assert all(score(page) <= PASSES for page in drawn)


def test_a_page_full_of_writing_is_none_though_it_says_so_somewhere() -> None:
    page = Image.new("RGB", (600, 800), WHITE)
    for line in range(20):
        write(page, "where there is no image there is this text", (0.5, 0.03 + line / 21), 0.026, (20,) * 3)
    assert score(page) <= PASSES


def test_what_cannot_be_read_scores_less_than_the_threshold_but_more_than_a_loud_drawing() -> None:
    unread = score(saying("Resim bulunamadı", PALE, GREY))
    assert score(saying("Norvik", WHITE, (0, 0, 200))) < unread <= PASSES
