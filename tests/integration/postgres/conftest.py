"""A Supabase project with our schema and two tenants, whom tests leave as they are."""

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest

from pixcrawler.adapters.postgres.migrate import migrate
from tests.databases import Databases
from tests.integration.postgres.rows import furnish
from tests.integration.postgres.supabase_project import supabase_project
from tests.integration.postgres.walled import Walls


@pytest.fixture(scope="session")
async def walls(databases: Databases) -> AsyncIterator[Walls]:
    async with supabase_project(databases) as project:
        await migrate(project.owner)
        owner = await asyncpg.connect(project.owner)
        web = await asyncpg.connect(project.authenticator)
        me, other = uuid.uuid4(), uuid.uuid4()
        rows = {person: await furnish(owner, person) for person in (me, other)}
        yield Walls(project, rows, me, other, owner, web)
        await web.close()
        await owner.close()
