"""What some formats cannot hold, because their readers would skip it without a word."""

import msgspec


class FormatLimits(msgspec.Struct, frozen=True):
    """``kinds`` of pictures that all readers take, as file names end; ``shortest_side`` in pixels that they
    want at least."""

    kinds: frozenset[str]
    shortest_side: int


# torchvision reads neither GIF nor AVIF, Ultralytics no GIF; and a side below 10 pixels is broken to it.
LIMITS = {"yolo": FormatLimits(frozenset({"jpg", "png", "webp", "bmp", "tiff"}), shortest_side=10)}
"""By the format's id."""
