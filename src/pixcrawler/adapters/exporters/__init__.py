"""Writers of datasets, by format."""

from pixcrawler.adapters.exporters.imagefolder import Imagefolder
from pixcrawler.adapters.exporters.packed import PackedExporter
from pixcrawler.adapters.exporters.parquet import Parquet
from pixcrawler.adapters.exporters.tree import TreeExporter
from pixcrawler.adapters.exporters.webdataset import WebDataset
from pixcrawler.application.ports.exporter import Exporter

FORMATS: dict[str, Exporter] = {
    "imagefolder": TreeExporter(Imagefolder),
    "webdataset": PackedExporter(WebDataset),
    "parquet": PackedExporter(Parquet),
}
"""They are without state: one of each does."""
