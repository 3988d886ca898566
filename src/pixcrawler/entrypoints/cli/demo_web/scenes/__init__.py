"""The kinds of landscape that the demo's web shows, by the word that finds them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PIL import Image

from pixcrawler.entrypoints.cli.demo_web.canvas import Random
from pixcrawler.entrypoints.cli.demo_web.scenes.city import city
from pixcrawler.entrypoints.cli.demo_web.scenes.flower import flower
from pixcrawler.entrypoints.cli.demo_web.scenes.mountain import mountain
from pixcrawler.entrypoints.cli.demo_web.scenes.sunset import sunset
from pixcrawler.entrypoints.cli.demo_web.scenes.wave import wave

Scene = Callable[[Random, tuple[int, int], int], Image.Image]

SCENES: Mapping[str, Scene] = MappingProxyType(
    {"sunset": sunset, "mountain": mountain, "flower": flower, "city": city, "wave": wave}
)
