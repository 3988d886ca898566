"""PixCrawler: keywords in, a clean, licensed, ML-ready image dataset out.

What Python programs use is in ``pixcrawler_sdk``; its names are handed on here, and loaded when one is asked
for.
"""

TYPE_CHECKING = False  # what type checkers take for True; not imported, as every start would pay for it

if TYPE_CHECKING:
    from pixcrawler_sdk import (
        ChecksumMismatchError,
        Code,
        DatasetNotFoundError,
        InvalidDatasetError,
        Limits,
        LocalDataset,
        Manifest,
        ManifestRow,
        MissingDependencyError,
        PixCrawlerError,
        Problem,
        Report,
        Stats,
        UnsupportedSchemaError,
        open_dataset,
        verify,
    )

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


def __getattr__(name: str) -> object:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("pixcrawler_sdk"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
