#!/usr/bin/env python
"""Writes docs/reference/schema.sql: what the migrations make, as one file for psql.

``.venv/bin/python scripts/schema.py`` after each migration; a test compares. An embedded Postgres makes the
schema and its own ``pg_dump`` writes it down, so nothing is told here that is not there.
"""

import asyncio
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from pixcrawler.adapters.embedded.client import embedded_servers
from pixcrawler.adapters.embedded.wheels import postgres_programs
from pixcrawler.adapters.postgres.migrate import head, migrate

PAGE = Path(__file__).parents[1] / "docs/reference/schema.sql"
HEAD = """\
-- PixCrawler's schema at revision {revision}: tables, indexes, functions, triggers, policies.
-- Made from the migrations by scripts/schema.py; do not edit.
--
-- For a fresh Supabase project, or any empty Postgres from version 15 on:
--   psql --single-transaction -v ON_ERROR_STOP=1 -f docs/reference/schema.sql "$DATABASE_DIRECT_URL"
-- `pixcrawler migrate` makes the same, and takes it from here when there is more to do.

"""
TAIL = """
INSERT INTO public.alembic_version (version_num) VALUES ('{revision}');

-- Grants to anon and authenticated, and the trigger on auth.users, where Supabase has made these.
SELECT pixcrawler.join_supabase();
"""
NOISE = re.compile(
    r"^(--.*|SET .*;|SELECT pg_catalog\.set_config\(.*;|\\(un)?restrict .*"
    r"|CREATE SCHEMA public;|COMMENT ON SCHEMA public .*|GRANT .* TO authenticated;)$\n?",
    re.MULTILINE,
)


def dumped(url: str) -> str:
    """What is in the database, by the embedded Postgres's own pg_dump, without its noise, and without what
    ``join_supabase`` grants where there is somebody to grant it to."""
    parts = urlsplit(url)
    server = ["-h", parts.hostname or "", "-p", str(parts.port), "-U", parts.username or ""]
    options = ["--schema-only", "--no-owner", "--no-tablespaces", "--restrict-key=none"]
    schemas = ["--schema=public", "--schema=pixcrawler"]
    done = subprocess.run(
        [postgres_programs() / "pg_dump", *server, *options, *schemas, "-d", parts.path[1:]],
        env={"PGPASSWORD": parts.password or ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return re.sub(r"\n{3,}", "\n\n", NOISE.sub("", done.stdout)).strip() + "\n"


def page(url: str) -> str:
    """The file, from a database that the migrations have just made."""
    return HEAD.format(revision=head()) + dumped(url) + TAIL.format(revision=head())


async def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        async with embedded_servers(Path(home), redis=False) as servers:
            await migrate(servers.database_url)
            PAGE.write_text(page(servers.database_url))


if __name__ == "__main__":
    asyncio.run(main())
