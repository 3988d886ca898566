"""How large an engine is where nobody said so."""

import os
from pathlib import Path

import pytest

from pixcrawler.bootstrap.cores import (
    beside_embedded,
    cores,
    decode_processes,
    fetch_concurrency,
    worker_processes,
)
from pixcrawler.settings import Settings, load_settings

ALL = len(os.sched_getaffinity(0))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"PIXCRAWLER_HOME": str(tmp_path)}, None)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("max 100000", ALL),
        ("50000 100000", 1),
        ("100000 100000", 1),
        (f"{100_000 * ALL * 4} 100000", ALL),
        ("1 0", ALL),
        ("nonsense", ALL),
        ("", ALL),
    ],
)
def test_a_container_has_its_share_of_the_cores(said: str, expected: int, tmp_path: Path) -> None:
    limit = tmp_path / "cpu.max"
    limit.write_text(said)
    assert cores(limit) == expected


def test_without_a_container_all_allowed_cores_count(tmp_path: Path) -> None:
    assert cores(tmp_path / "nothing") == ALL


@pytest.mark.parametrize(
    ("available", "workers", "decoders", "fetches"),
    [(1, 1, 1, 64), (2, 1, 2, 64), (4, 1, 4, 128), (8, 1, 8, 256), (12, 2, 8, 256), (32, 4, 8, 256)],
)
def test_the_engine_grows_with_the_machine(
    available: int, workers: int, decoders: int, fetches: int, settings: Settings
) -> None:
    assert worker_processes(available) == workers
    assert decode_processes(settings, available) == decoders
    assert fetch_concurrency(settings, available) == fetches


def test_what_is_set_stands(tmp_path: Path) -> None:
    environ = {
        "PIXCRAWLER_HOME": str(tmp_path),
        "WORKER_DECODE_PROCESSES": "20",
        "FETCH_CONCURRENCY": "3",
    }
    chosen = load_settings(environ, None)
    assert decode_processes(chosen, 2) == 20
    assert fetch_concurrency(chosen, 32) == 3


@pytest.mark.parametrize(
    ("available", "wanted", "expected"), [(1, 10, 3), (2, 10, 3), (4, 10, 5), (16, 10, 10), (8, 2, 2)]
)
def test_a_worker_opens_few_connections_to_a_postgres_on_the_same_cores(
    available: int, wanted: int, expected: int
) -> None:
    assert beside_embedded(wanted, available) == expected
