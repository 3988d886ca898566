"""Writers of datasets, by format."""

from collections.abc import Callable

from pixcrawler.adapters.exporters.imagefolder import ImagefolderExporter
from pixcrawler.application.ports.exporter import Exporter
from pixcrawler.application.ports.object_store import ObjectStore

FORMATS: dict[str, Callable[[ObjectStore], Exporter]] = {
    "imagefolder": ImagefolderExporter,
}
