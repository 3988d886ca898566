"""Writers of datasets, by format."""

from pixcrawler.adapters.exporters.coco import Coco
from pixcrawler.adapters.exporters.csv import Csv
from pixcrawler.adapters.exporters.imagefolder import Imagefolder
from pixcrawler.adapters.exporters.jsonl import Jsonl
from pixcrawler.adapters.exporters.packed import PackedExporter
from pixcrawler.adapters.exporters.parquet import Parquet
from pixcrawler.adapters.exporters.tree import TreeExporter
from pixcrawler.adapters.exporters.webdataset import WebDataset
from pixcrawler.adapters.exporters.yolo import Yolo
from pixcrawler.application.ports.exporter import Exporter

FORMATS: dict[str, Exporter] = {
    "imagefolder": TreeExporter(Imagefolder),
    "webdataset": PackedExporter(WebDataset),
    "parquet": PackedExporter(Parquet),
    "coco": TreeExporter(Coco),
    "yolo": TreeExporter(Yolo),
    "csv": TreeExporter(Csv),
    "jsonl": TreeExporter(Jsonl),
}
"""They are without state: one of each does."""
