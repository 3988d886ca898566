"""What people are told when the database takes too long."""

import asyncpg

from tests.api.conftest import OpenApi, problem


async def test_a_statement_that_takes_too_long_is_answered_503(open_api: OpenApi) -> None:
    api = await open_api(DATABASE_STATEMENT_TIMEOUT="0.2")
    other = await asyncpg.connect(api.database_url)
    holding = other.transaction()
    await holding.start()
    await other.execute("LOCK TABLE projects IN ACCESS EXCLUSIVE MODE")
    try:
        read = await api.client.get("/api/v1/projects")
        written = await api.client.post("/api/v1/projects", json={"name": "Foxes"})
    finally:
        await holding.rollback()
        await other.close()
    for answer in (read, written):
        assert problem(answer)[:2] == (503, "DATABASE_TOO_SLOW")
        assert int(answer.headers["retry-after"]) > 0
    assert (await api.client.get("/api/v1/projects")).json()["total"] == 0
