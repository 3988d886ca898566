"""What can go wrong. Each error is also the built-in that people would catch without knowing this package.

``PixCrawlerError`` › ``ChecksumMismatchError(OSError)``, ``MissingDependencyError(ImportError)``,
``DatasetNotFoundError(FileNotFoundError)``, ``InvalidDatasetError(ValueError)`` › ``UnsupportedSchemaError``.
"""


class PixCrawlerError(Exception):
    """Whatever this package raises on purpose."""


class ChecksumMismatchError(PixCrawlerError, OSError):
    """A dataset is not what its checksums and its manifest say."""


class MissingDependencyError(PixCrawlerError, ImportError):
    """An optional library is needed; the sentence says what to install."""


class DatasetNotFoundError(PixCrawlerError, FileNotFoundError):
    """There is nothing at the path, or a folder without any dataset of ours in it."""


class InvalidDatasetError(PixCrawlerError, ValueError):
    """It is no dataset of ours, or one that is broken."""


class UnsupportedSchemaError(InvalidDatasetError):
    """The dataset was written by a newer PixCrawler; a newer pixcrawler-sdk reads it."""
