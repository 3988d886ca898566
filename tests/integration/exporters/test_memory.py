"""However large a dataset is, an export holds a bounded piece of it."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "images", "size", "archive"),
    [
        ("imagefolder", 100_000, 500, "folder"),
        ("coco", 100_000, 500, "folder"),
        ("webdataset", 100_000, 500, "folder"),
        ("parquet", 100_000, 500, "folder"),
        ("webdataset", 2_000, 500_000, "folder"),
        ("parquet", 2_000, 500_000, "folder"),
        ("parquet", 2_000, 150_000, "zip"),
        ("imagefolder", 2_000, 150_000, "7z"),
    ],
)
def test_an_export_takes_less_than_256_mib(
    tmp_path: Path, name: str, images: int, size: int, archive: str
) -> None:
    program = "tests.integration.exporters.memory_of_an_export"
    done = subprocess.run(
        [sys.executable, "-m", program, name, str(images), str(size), archive, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    peak, counted = map(int, done.stdout.split())
    assert counted == images
    assert peak < 256 * 1024 * 1024
