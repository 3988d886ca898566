"""From a file's bytes to its facts. Runs in the child; nothing here is trusted to end or to stay small."""

import warnings

import msgspec
from PIL import Image, ImageFile

from pixcrawler.adapters.imaging import hashes
from pixcrawler.adapters.imaging.depth import DEEP, in_eight_bits
from pixcrawler.adapters.imaging.exif import turned
from pixcrawler.adapters.imaging.jpeg import small
from pixcrawler.adapters.imaging.magic import format_of
from pixcrawler.adapters.imaging.opening import opened, verdict
from pixcrawler.adapters.imaging.outline import Outline, hold_to_limits
from pixcrawler.adapters.imaging.outlines import OUTLINES
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.adapters.imaging.scores import measurable, scores
from pixcrawler.adapters.imaging.webp import luma
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

Decoded = tuple[str, tuple[int, int], Image.Image]
"""Mode as stored; size and small grey picture as shown."""

Seen = Decoded | tuple[str, tuple[int, int], None]
"""The same, or without a picture."""

SMALL_JPEG = 96
SMALL = 256
"""Pixels at least on the shorter side of what is hashed, if the picture has as many; of a JPEG only where its
colours are measured as well."""

NEVER_SHOWN = frozenset({"LAB", "HSV"})
"""Colours that browsers and loaders of datasets do not know."""

AS_SHOWN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def look(data: bytes, level: Validation = Validation.STANDARD) -> Facts:
    """What there is to say of a file at this level. Raise Refused, and nothing else.

    A basic look reads the headers and holds them to the limits. Else the first frame is decoded whole and
    hashed as a viewer shows it: the grey picture without regard to transparency, which is what imagehash
    sees, reduced to at least 96 (JPEG) or 256 pixels on its shorter side first; the hashes stay within a few
    bits of those of the full picture. A strict look decodes the colours, too, and measures them.
    """
    form = None
    try:
        with warnings.catch_warnings(action="ignore"):
            form = format_of(data)
            outline = OUTLINES[form](data)
            if level is Validation.BASIC:
                return _basic(form, outline)
            return _standard(form, outline) if level is Validation.STANDARD else _strict(form, outline)
    except Exception as error:  # noqa: BLE001 - a hostile file may raise anything
        raise _named(form, verdict(error)) from None


def _named(form: Format | None, refused: Refused) -> Refused:
    """With the format that the file is of, if the evidence does not say it."""
    if form is None or form.name in refused.evidence:
        return refused
    return Refused(refused.reason, f"{form.name}: {refused.evidence}")


def _basic(form: Format, outline: Outline) -> Facts:
    if form is Format.JPEG:
        seen = outline.mode, turned(outline.size, outline.orientation), None
        return _facts(form, outline, seen, Validation.BASIC)
    with _opened(form, outline) as image:
        seen = image.mode, _shown_size(form, outline, image), None
    return _facts(form, outline, seen, Validation.BASIC)


def _standard(form: Format, outline: Outline) -> Facts:
    seen = _jpeg(outline) if form is Format.JPEG else _other(form, outline)
    return _facts(form, outline, seen, Validation.STANDARD)


def _strict(form: Format, outline: Outline) -> Facts:
    seen, colours = _jpeg_in_colour(outline) if form is Format.JPEG else _other_in_colour(form, outline)
    facts = _facts(form, outline, seen, Validation.STRICT)
    return msgspec.structs.replace(facts, scores=scores(colours, seen[1]))


def _facts(form: Format, outline: Outline, seen: Seen, level: Validation) -> Facts:
    mode, (width, height), grey = seen
    phash, detail = (0, 0) if grey is None else hashes.phash_and_detail(grey)
    return Facts(
        format=form,
        width=width,
        height=height,
        frames=outline.frames,
        mode=mode,
        orientation=outline.orientation,
        phash=phash,
        dhash=0 if grey is None else hashes.dhash(grey),
        detail=detail,
        validation=level,
    )


def as_shown(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture with its EXIF orientation applied."""
    turn = AS_SHOWN.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _jpeg(outline: Outline) -> Decoded:
    grey = small(outline, SMALL_JPEG)
    return outline.mode, turned(outline.size, outline.orientation), as_shown(grey, outline.orientation)


def _jpeg_in_colour(outline: Outline) -> tuple[Decoded, Image.Image]:
    """The small picture in colour beside it, as stored."""
    colours = small(outline, SMALL, "RGB")
    grey = as_shown(colours.convert("L"), outline.orientation)
    seen = outline.mode, turned(outline.size, outline.orientation), grey
    return seen, measurable(colours)


def _opened(form: Format, outline: Outline) -> ImageFile.ImageFile:
    """The picture, held to the limits once more by what its decoder says. Raise Refused."""
    image = opened(outline.body, form)
    hold_to_limits(image.size, image.width * image.height)
    if image.mode in NEVER_SHOWN:
        raise Refused(Reason.UNSUPPORTED_FORMAT, f"{form.name} in {image.mode} colours")
    return image


def _other(form: Format, outline: Outline) -> Decoded:
    with _opened(form, outline) as image:
        mode = image.mode
        grey = luma(outline.body) if form is Format.WEBP and outline.frames == 1 else None
        if grey is None or grey.size != image.size:
            image.load()
            grey = _grey(image)
    return mode, _shown_size(form, outline, image), _shown_grey(form, outline, grey)


def _other_in_colour(form: Format, outline: Outline) -> tuple[Decoded, Image.Image]:
    with _opened(form, outline) as image:
        mode = image.mode
        image.load()
        grey = _shown_grey(form, outline, _grey(image))
        return (mode, _shown_size(form, outline, image), grey), measurable(image)


def _grey(image: Image.Image) -> Image.Image:
    return in_eight_bits(image, stretched=True) if image.mode in DEEP else image.convert("L")


def _shown_grey(form: Format, outline: Outline, grey: Image.Image) -> Image.Image:
    factor = min(grey.size) // SMALL
    if factor > 1:
        grey = grey.reduce(factor)
    return grey if form is Format.TIFF else as_shown(grey, outline.orientation)  # Pillow turns TIFF itself


def _shown_size(form: Format, outline: Outline, image: Image.Image) -> tuple[int, int]:
    return image.size if form is Format.TIFF else turned(image.size, outline.orientation)
