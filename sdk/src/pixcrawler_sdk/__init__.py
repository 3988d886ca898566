"""Read and verify image datasets that PixCrawler made, without PixCrawler itself.

>>> import pixcrawler_sdk as pix
>>> pix.verify("no/such/dataset.zip")
Traceback (most recent call last):
pixcrawler_sdk.errors.DatasetNotFoundError: There is nothing at no/such/dataset.zip
"""

from pixcrawler_sdk.checking.report import Code, Problem, Report
from pixcrawler_sdk.checking.verify import verify
from pixcrawler_sdk.dataset import LocalDataset, open_dataset
from pixcrawler_sdk.errors import (
    ChecksumMismatchError,
    DatasetNotFoundError,
    InvalidDatasetError,
    MissingDependencyError,
    PixCrawlerError,
    UnsupportedSchemaError,
)
from pixcrawler_sdk.limits import Limits
from pixcrawler_sdk.manifest import Manifest, ManifestRow, Stats

__all__ = [
    "ChecksumMismatchError",
    "Code",
    "DatasetNotFoundError",
    "InvalidDatasetError",
    "Limits",
    "LocalDataset",
    "Manifest",
    "ManifestRow",
    "MissingDependencyError",
    "PixCrawlerError",
    "Problem",
    "Report",
    "Stats",
    "UnsupportedSchemaError",
    "open_dataset",
    "verify",
]
