"""At a million images in one job, a page of its list comes out of an index, wherever in the list it is."""

import asyncpg
import pytest
from bench import pages

IMAGES = 1_000_000
MOST = 10 * 10_001
"""Rows and index entries that a page may meet: a few for each image up to where counts stop."""


@pytest.mark.long
async def test_pages_of_a_million_images_meet_few_rows(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        large = await pages.made(database_url, IMAGES)
        lines = await pages.measured(connection, large, rounds=1)
    finally:
        await connection.close()
    assert {(line["filter"], *line["tables"]) for line in lines if line["tables"]} == set()
    assert [line for line in lines if line["rows"] > MOST] == []
