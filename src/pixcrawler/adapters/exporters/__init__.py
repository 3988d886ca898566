"""Writers of datasets, by format."""

from pixcrawler.adapters.exporters.coco import Coco
from pixcrawler.adapters.exporters.csv import Csv
from pixcrawler.adapters.exporters.imagefolder import Imagefolder
from pixcrawler.adapters.exporters.jsonl import Jsonl
from pixcrawler.adapters.exporters.labels_csv import LabelsCsv
from pixcrawler.adapters.exporters.labels_json import LabelsJson
from pixcrawler.adapters.exporters.labels_txt import LabelsTxt
from pixcrawler.adapters.exporters.labels_yaml import LabelsYaml
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
    "labels-txt": TreeExporter(LabelsTxt),
    "labels-json": TreeExporter(LabelsJson),
    "labels-csv": TreeExporter(LabelsCsv),
    "labels-yaml": TreeExporter(LabelsYaml),
}
"""They are without state: one of each does."""
