"""Colours as people name them."""

import io

import pytest
from PIL import Image, ImageDraw

from pixcrawler.adapters.imaging.colour import appearance
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.crawling.filters import Color

NAMED = [
    ("red", (220, 20, 30)), ("red", (140, 10, 20)), ("orange", (250, 140, 20)), ("yellow", (250, 230, 40)),
    ("green", (40, 160, 60)), ("green", (20, 70, 30)), ("teal", (0, 150, 150)), ("blue", (30, 60, 200)),
    ("blue", (100, 160, 240)), ("purple", (120, 40, 190)), ("pink", (255, 150, 190)),
    ("pink", (240, 60, 170)), ("white", (250, 250, 248)), ("gray", (128, 128, 128)),
    ("black", (12, 12, 14)), ("brown", (120, 70, 30)),
]  # fmt: skip


def packed(picture: Image.Image, form: str = "PNG") -> bytes:
    body = io.BytesIO()
    picture.save(body, form, quality=90)
    return body.getvalue()


def halves(left: tuple[int, ...], right: tuple[int, ...], *, share: float = 0.5, mode: str = "RGB") -> bytes:
    picture = Image.new(mode, (200, 120), right)
    ImageDraw.Draw(picture).rectangle((0, 0, round(200 * share) - 1, 119), fill=left)
    return packed(picture)


@pytest.mark.parametrize(("name", "rgb"), NAMED)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_plain_picture_is_of_its_colour(name: str, rgb: tuple[int, int, int], form: str) -> None:
    whole = "monochrome" if name in {"white", "gray", "black"} else "color"
    found = appearance(packed(Image.new("RGB", (90, 70), rgb), form))
    assert found.colors == {whole, name}
    assert not found.transparent


def test_each_name_can_be_asked_for() -> None:
    assert {name for name, _ in NAMED} | {"color", "monochrome"} == set(Color)


def test_a_fifth_of_a_picture_is_much_and_a_tenth_is_not() -> None:
    assert appearance(halves((220, 20, 30), (30, 60, 200), share=0.3)).colors == {"color", "red", "blue"}
    assert appearance(halves((220, 20, 30), (30, 60, 200), share=0.1)).colors == {"color", "blue"}


def test_a_photograph_in_grey_is_monochrome_whatever_its_mode() -> None:
    grey = Image.linear_gradient("L").resize((120, 90))
    for picture in (grey, grey.convert("RGB")):
        assert "monochrome" in appearance(packed(picture, "JPEG")).colors


def test_what_cannot_be_seen_has_no_colour() -> None:
    found = appearance(halves((220, 20, 30, 0), (30, 60, 200, 255), mode="RGBA"))
    assert found.colors == {"color", "blue"}
    assert found.transparent
    nothing = appearance(packed(Image.new("RGBA", (40, 40), (1, 2, 3, 0))))
    assert (nothing.colors, nothing.transparent) == (frozenset({"monochrome"}), True)


def test_a_palette_with_a_transparent_entry_is_transparent() -> None:
    picture = Image.new("P", (60, 60), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    ImageDraw.Draw(picture).rectangle((0, 0, 29, 59), fill=1)
    body = io.BytesIO()
    picture.save(body, "PNG", transparency=0)
    assert appearance(body.getvalue()).transparent


def test_an_alpha_channel_alone_makes_nothing_transparent() -> None:
    assert not appearance(packed(Image.new("RGBA", (40, 40), (200, 20, 20, 255)))).transparent


@pytest.mark.parametrize("body", [b"", b"<svg/>", packed(Image.new("RGB", (50, 50)))[:60]])
def test_what_cannot_be_decoded_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        appearance(body)
