"""Pictures of all modes in few: grey, RGB, RGBA, CMYK, with 8 bits a sample. Runs in the child."""

from PIL import Image

DEEPEST = 65_535
DEEP = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})


def with_plain_channels(image: Image.Image) -> Image.Image:
    """Modes that can be averaged. Samples of more than 8 bits keep their highest eight (Pillow alone makes
    all above 255 white), and a grey that stands for transparency is not looked for among them."""
    if image.mode in DEEP:
        return _in_eight_bits(image)
    if image.has_transparency_data and image.mode != "RGBA":
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "RGBA", "CMYK") else image.convert("RGB")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    deep = image.convert("F")
    _, most = deep.getextrema()
    assert isinstance(most, float)
    if image.mode == "F":
        whole = 1.0 if most <= 1 else 255.0 if most <= 255 else DEEPEST
    else:
        whole = 255.0 if image.mode == "I" and most <= 255 else DEEPEST
    return deep.point(lambda sample: sample * (255 / whole) + 0).convert("L")
