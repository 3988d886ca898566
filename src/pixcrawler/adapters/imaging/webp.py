"""The luma of a WebP picture, by the decoder that Pillow brings along.

Pillow itself always decodes to RGB, through the animation decoder, which takes twice as long as luma
alone; that is most of what a WebP picture costs. Its own libwebp is asked here directly. Where that
cannot be (a Pillow that links libwebp in another way, an animation), the answer is None, and Pillow does it.
"""

import ctypes
from ctypes import POINTER, byref, c_int, c_size_t, c_uint8, c_void_p
from functools import cache
from typing import Any

from PIL import Image

Plane = POINTER(c_uint8)


@cache
def _library() -> Any:  # noqa: ANN401 -- ctypes has no types for its functions
    try:
        from PIL import _webp

        library = ctypes.CDLL(_webp.__file__)
        decode, free = library.WebPDecodeYUV, library.WebPFree
    except (ImportError, OSError, AttributeError, TypeError):
        return None
    decode.restype = c_void_p
    decode.argtypes = [
        ctypes.c_char_p, c_size_t, POINTER(c_int), POINTER(c_int), POINTER(Plane), POINTER(Plane),
        POINTER(c_int), POINTER(c_int),
    ]  # fmt: skip
    free.argtypes = [c_void_p]
    free.restype = None
    return library


def luma(data: bytes) -> Image.Image | None:
    """The Y plane (ITU-R BT.601, 16 to 235) as a grey picture; None for what this way does not decode.

    Cut off and damaged files give None as well: Pillow then says what is wrong with them.
    """
    library = _library()
    if library is None:
        return None
    width, height, stride, stride_of_colour = c_int(), c_int(), c_int(), c_int()
    blue, red = Plane(), Plane()
    plane = library.WebPDecodeYUV(
        data, len(data), byref(width), byref(height), byref(blue), byref(red), byref(stride),
        byref(stride_of_colour),
    )  # fmt: skip
    if not plane:
        return None
    try:
        pixels = ctypes.string_at(plane, stride.value * height.value)
    finally:
        library.WebPFree(plane)
    return Image.frombytes("L", (width.value, height.value), pixels, "raw", "L", stride.value)
