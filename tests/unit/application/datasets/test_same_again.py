"""SEED-1: the same job on the same web gives the same dataset; another seed gives other splits of it."""

from pathlib import Path

import msgspec

from pixcrawler.domain.crawling.spec import DedupLevel
from pixcrawler.domain.datasets.layout import lay_out
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes.aggregates import spec
from tests.unit.application.datasets.stage import BUILD, Datasets

WEB = {
    "cat": [[f"cat{number:02}" for number in range(20)], [f"cat{number}" for number in range(20, 30)]],
    "dog": [[f"dog{number:02}" for number in range(25)]],
}


async def built(folder: Path, *, seed: int, others_first: int = 0) -> tuple[Manifest, str | None]:
    """A whole crawl in a world of its own, where all ids are others, and its dataset version's digest."""
    datasets = Datasets(folder, **WEB)
    for _ in range(others_first):
        datasets.crawl.new_id()
    wanted = spec("cat", "dog", seed=seed, dedup=DedupLevel.MEDIUM)
    job_id = await datasets.crawl.started(spec_=wanted, max_images=40)
    await datasets.crawl.finish()
    version = await datasets.request_build(job_id, by=datasets.crawl.owner)
    payload, lease = datasets.claimed(BUILD)
    await datasets.build_version(payload, lease=lease)
    return await datasets.manifest(version), datasets.version(version).digest


def splits(manifest: Manifest) -> list[tuple[str, str]]:
    plan = parse_split("60/20/20", seed=manifest.facts.seed)
    return [(placed.row.sha256, placed.split) for placed in lay_out(manifest, plan)]


async def test_the_same_seed_gives_the_same_dataset(tmp_path: Path) -> None:
    one, digest = await built(tmp_path, seed=7)
    again, same = await built(tmp_path, seed=7, others_first=1_000)
    assert len(one.rows) == 40
    assert digest == same
    assert [msgspec.structs.replace(row, key="") for row in one.rows] == [
        msgspec.structs.replace(row, key="") for row in again.rows
    ]
    assert splits(one) == splits(again)


async def test_another_seed_gives_other_splits_of_the_same_pictures(tmp_path: Path) -> None:
    one, digest = await built(tmp_path, seed=7)
    other, same = await built(tmp_path, seed=8)
    assert digest == same
    assert splits(one) != splits(other)
    assert {sha256 for sha256, _ in splits(one)} == {sha256 for sha256, _ in splits(other)}
