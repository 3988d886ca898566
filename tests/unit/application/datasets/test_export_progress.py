"""How far an export is, in its row."""

import asyncio
from pathlib import Path

from pixcrawler.application.datasets.export_progress import ExportProgress
from pixcrawler.domain.shared.errors import Unavailable
from tests.unit.application.datasets.stage import EXPORT, Datasets


async def test_it_is_passed_on_at_once_and_noted_in_the_row_now_and_then(tmp_path: Path) -> None:
    datasets = Datasets(tmp_path / "out")
    export_id = await datasets.asked(None)
    _, lease = datasets.claimed(EXPORT)
    told: list[tuple[int, int]] = []
    transaction = datasets.crawl.transaction
    progress = ExportProgress(transaction, export_id, lease, lambda *pair: told.append(pair), every=0.001)
    datasets.crawl.database.refusals.append(Unavailable("The database is away."))
    async with progress.noted(), asyncio.timeout(20):
        progress.tell(1, 9)
        progress.tell(2, 9)
        assert told == [(1, 9), (2, 9)]
        while datasets.crawl.database.refusals:
            await asyncio.sleep(0.001)
        progress.tell(3, 9)
        while datasets.export(export_id).images != 3:
            await asyncio.sleep(0.001)
