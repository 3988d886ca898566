"""A list is a range of one index: what others have made since does not make it slower."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from pixcrawler.adapters.postgres import job_reads, project_reads

MINE, OTHERS = 30, 5_000
PEOPLE = """
    INSERT INTO profiles (id, name, role) VALUES ($1, 'me', 'user'), ($2, 'busy', 'user')
"""
PROJECTS = """
    INSERT INTO projects (id, owner_id, name, description, status, version)
    SELECT lpad(to_hex(n), 32, '0')::uuid, CASE WHEN n <= $3::int THEN $1::uuid ELSE $2::uuid END, 'P' || n,
        '', 'active', 1
    FROM generate_series(1, $3::int + $4::int) AS n
"""
JOBS = """
    INSERT INTO crawl_jobs (id, owner_id, project_id, name, lane, max_images, spec, status, run, version,
        found, good, accepted, reasons, lost, settling, run_good)
    SELECT p.id, p.owner_id, CASE WHEN p.owner_id = $1 THEN $2 ELSE p.id END, p.name, 'shared', 1, '{}',
        'pending', 0, 1, 0, 0, 0, '{}', '[]', false, 0
    FROM projects p
"""
PROJECT = UUID(int=1)

LISTS = {
    "jobs": job_reads._listed(own=True, project=False, status=False),
    "jobs in a state": job_reads._listed(own=True, project=False, status=True),
    "jobs of a project": job_reads._listed(own=True, project=True, status=False),
    "a project's jobs, for a superuser": job_reads._listed(own=False, project=True, status=False),
    "projects": project_reads._listed(own=True, status=False),
    "projects in a state": project_reads._listed(own=True, status=True),
}


async def explained(
    connection: asyncpg.Connection, statement: Select[Any], values: dict[str, object]
) -> list[str]:
    """The plan that a prepared statement has once it is used often, with what it met."""
    compiled = statement.compile(dialect=dialect())  # type: ignore[no-untyped-call]
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE asked AS {compiled}")
    given = ", ".join(f"'{values.get(name, compiled.params[name])}'" for name in compiled.positiontup or ())
    plan = [row[0] for row in await connection.fetch(f"EXPLAIN ANALYZE EXECUTE asked({given})")]
    await connection.execute("DEALLOCATE asked")
    return plan


async def test_a_list_meets_no_row_of_anybody_else(database_url: str) -> None:
    me, busy = uuid4(), uuid4()
    plans = {}
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(PEOPLE, me, busy)
        await connection.execute(PROJECTS, me, busy, MINE, OTHERS)
        await connection.execute(JOBS, me, PROJECT)
        await connection.execute("ANALYZE")
        for name, statement in LISTS.items():
            status = "active" if name.startswith("projects") else "pending"
            values = {"me": me, "project": PROJECT, "status": status, "size": 20, "offset": 0}
            plans[name] = await explained(connection, statement, values)
    finally:
        await connection.close()
    assert all("rows=20" in plan[0].partition("actual")[2] for plan in plans.values()), plans
    wasteful = {name: plan for name, plan in plans.items() if "Removed by Filter" in "".join(plan)}
    assert wasteful == {}
