"""Decoding JPEG to a small picture: libjpeg-turbo by simplejpeg, and Pillow for the odd ones."""

import re

import numpy as np
import simplejpeg
from PIL import Image

from pixcrawler.adapters.imaging.opening import opened
from pixcrawler.adapters.imaging.outline import Outline
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.reasons import Reason

END_OF_IMAGE = b"\xff\xd9"
CUT_OFF = "Premature end of JPEG file"
LEFT_OVER = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
ODD = ("subsampling level", "colorspace", "color conversion")


SPACES = {"L": "GRAY", "RGB": "RGB"}


def small(outline: Outline, at_least: int, mode: str = "L") -> Image.Image:
    """Decoded at the smallest of libjpeg's scales that leaves ``at_least`` pixels on the shorter side, in
    mode L or RGB.

    Strict: libjpeg's warnings are errors, so nothing cut off or damaged passes. Raise Refused.
    """
    space = "CMYK" if outline.mode == "CMYK" else SPACES[mode]
    try:
        pixels = simplejpeg.decode_jpeg(
            outline.body, space, fastdct=True, min_height=at_least, min_width=at_least, strict=True
        )
    except ValueError as error:
        return _second_opinion(outline, at_least, mode, str(error))
    if space != "CMYK":
        return Image.fromarray(pixels.reshape(pixels.shape[:2]) if space == "GRAY" else pixels)
    # stored inverted, as Adobe's programs do; Pillow takes all such files for theirs
    return Image.frombytes("CMYK", pixels.shape[1::-1], np.invert(pixels).tobytes()).convert(mode)


def _second_opinion(outline: Outline, at_least: int, mode: str, complaint: str) -> Image.Image:
    """Pillow's decoder, for files that are odd and not damaged. Raise Refused for those that are."""
    if CUT_OFF in complaint or END_OF_IMAGE not in outline.body:
        raise Refused(Reason.TRUNCATED, complaint)
    left_over = LEFT_OVER.search(complaint)
    padded = left_over is not None and _is_padding(outline.body, int(left_over[1]))
    if not padded and not any(sign in complaint for sign in ODD):
        raise Refused(Reason.CORRUPT, complaint)
    image = opened(outline.body, Format.JPEG)
    image.draft(None, (at_least, at_least))
    return image.convert(mode)


def _is_padding(data: bytes, length: int) -> bool:
    """Whether the bytes before the end marker are all zeros or all ones, as some cameras fill up files.

    A damaged scan leaves coded data there.
    """
    end = data.rfind(END_OF_IMAGE)
    return data[max(0, end - length) : end] in (b"\0" * length, b"\xff" * length)
