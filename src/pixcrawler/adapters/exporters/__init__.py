"""Writers of datasets, by format."""

from pixcrawler.adapters.exporters.imagefolder import Imagefolder
from pixcrawler.adapters.exporters.tree import TreeExporter
from pixcrawler.application.ports.exporter import Exporter

FORMATS: dict[str, Exporter] = {
    "imagefolder": TreeExporter(Imagefolder),
}
"""They are without state: one of each does."""
