"""Pictures of all modes in few: grey, RGB, RGBA, CMYK, with 8 bits a sample. Runs in the child."""

from PIL import Image

from pixcrawler.adapters.imaging.depth import DEEP, in_eight_bits


def with_plain_channels(image: Image.Image) -> Image.Image:
    """Modes that can be averaged. Among samples of more than 8 bits no grey that stands for transparency is
    looked for."""
    if image.mode in DEEP:
        return in_eight_bits(image)
    if image.has_transparency_data and image.mode != "RGBA":
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "RGBA", "CMYK") else image.convert("RGB")
