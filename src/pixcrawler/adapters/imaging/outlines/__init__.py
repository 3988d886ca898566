"""What a file says about itself, read without decoding a pixel."""

from collections.abc import Callable

from pixcrawler.adapters.imaging.outline import Outline
from pixcrawler.adapters.imaging.outlines import avif, bmp, gif, jpeg, png, tiff, webp
from pixcrawler.domain.imaging.facts import Format

OUTLINES: dict[Format, Callable[[bytes], Outline]] = {
    Format.JPEG: jpeg.outline,
    Format.PNG: png.outline,
    Format.WEBP: webp.outline,
    Format.GIF: gif.outline,
    Format.BMP: bmp.outline,
    Format.TIFF: tiff.outline,
    Format.AVIF: avif.outline,
}
