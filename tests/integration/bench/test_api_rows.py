"""The rows that the API's benchmark makes by SQL are what today's tables take, and what the API shows."""

import pytest
from bench import api_data

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.image_reads import PostgresImageReads
from pixcrawler.adapters.postgres.job_reads import PostgresJobReads
from pixcrawler.application.ports.images import ImageFilter, ImageStatus
from pixcrawler.application.ports.jobs import JobFilter
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import CrawlJobId, UserId
from pixcrawler.domain.shared.paging import Window


@pytest.mark.long
async def test_all_jobs_and_images_can_be_read(database_url: str) -> None:
    rows = await api_data.fill(database_url)
    reader = Actor(UserId(rows.reader.id), Role.USER)
    large = CrawlJobId(rows.jobs[-1])
    engine = open_engine(PostgresConfig(url=database_url))
    try:
        jobs = await PostgresJobReads(engine).jobs(JobFilter(), Window(1, 100), visible_to=reader)
        one = await PostgresJobReads(engine).job(large, visible_to=reader)
        images = await PostgresImageReads(engine).of_job(
            large, ImageFilter(), Window(1, 100), visible_to=reader
        )
    finally:
        await engine.dispose()
    assert (jobs.total, one.accepted, images.total) == (api_data.JOBS, api_data.LARGE, api_data.LARGE)
    assert {image.status for image in images.items} == {ImageStatus.ACCEPTED}
    assert all(image.source and image.license and image.sha256 for image in images.items)
