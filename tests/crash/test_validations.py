"""A worker that dies while it looks at stored pictures again: each is looked at and counted once."""

import pytest
from sqlalchemy import text

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.domain.imaging.validation import RunMode, RunStatus
from pixcrawler.domain.shared.validation import Validation
from tests.crash.conftest import OpenScene
from tests.crash.tricked_worker import DIED

pytestmark = [pytest.mark.crash, pytest.mark.long]

POINTS = [
    pytest.param("cut commit", id="before-a-page-of-chunks-is-there"),
    pytest.param("cut committed", id="after-a-page-of-chunks-is-there"),
    pytest.param("look commit:2", id="between-two-batches"),
    pytest.param("look committed:2", id="after-the-last-batch"),
]


@pytest.mark.parametrize("point", POINTS)
async def test_a_worker_that_dies_while_looking_costs_nothing(
    open_scene: OpenScene, database_url: str, point: str
) -> None:
    async with open_scene(pictures=100) as scene:
        doomed = scene.fleet.start("--die", point)
        job = await scene.crawl.ended()
        begun = await scene.crawl.app.validations.request_job(
            job.id, level=Validation.STANDARD, mode=RunMode.REPORT, by=scene.crawl.by
        )
        assert await doomed.ended() == DIED, doomed.said[-3000:]
        scene.clock.fault()
        scene.fleet.start()
        run = await scene.crawl.validated(begun.validation_id)
        assert (run.status, run.failed, run.gone) == (RunStatus.COMPLETED, 0, 0)
        assert run.valid == run.done == run.images > job.accepted
        engine = open_engine(PostgresConfig(url=database_url, pool_size=1))
        async with engine.connect() as connection:
            written = await connection.scalar(text("SELECT count(*) FROM validation_results"))
        await engine.dispose()
        assert written == run.images
