"""How long Postgres takes for a page of a job with a million images: `python -m bench.pages`.

No peer and no server of ours: what Postgres says of each statement (EXPLAIN ANALYZE). See bench/README.md.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from bench.pages_data import KEYWORDS, LIST_BYTES, Large, fill, found
from pixcrawler.adapters.embedded.client import embedded_servers
from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.image_list_sql import is_indexed, listed
from pixcrawler.adapters.postgres.image_lists import PostgresImageLists
from pixcrawler.adapters.postgres.image_reads import FIRST, _shape
from pixcrawler.adapters.postgres.image_sql import SIZES, listing
from pixcrawler.adapters.postgres.migrate import migrate
from pixcrawler.application.ports.images import ImageFilter, ImageStatus
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.paging import FARTHEST
from pixcrawler.domain.shared.reasons import Reason

SIZE = 100
LIMIT = 20.0
"""Milliseconds that any page may take."""
FILTERS = {
    "all": ImageFilter(),
    "accepted": ImageFilter(status=ImageStatus.ACCEPTED),
    "rejected": ImageFilter(status=ImageStatus.REJECTED),
    "a reason": ImageFilter(reason=Reason("http_404")),
    "a class": ImageFilter(label=KEYWORDS[3]),
    "a rare class": ImageFilter(label="otterhound"),
    "a keyword": ImageFilter(keyword=KEYWORDS[3]),
    "a keyword and a class": ImageFilter(keyword=KEYWORDS[3], label=KEYWORDS[3]),
    "a source": ImageFilter(source="wikimedia"),
    "a rare source": ImageFilter(source="inaturalist"),
    "no such source": ImageFilter(source="met"),
    "a licence": ImageFilter(license="CC-BY-4.0"),
    "a rare licence": ImageFilter(license="PDM-1.0"),
    "no such licence": ImageFilter(license="CC0-1.0"),
    "a format": ImageFilter(format=Format("png")),
    "a rare format": ImageFilter(format=Format("gif")),
    "no such format": ImageFilter(format=Format("webp")),
    "wide": ImageFilter(min_width=1000),
    "rarely wide": ImageFilter(min_width=5000),
    "never so high": ImageFilter(min_height=5000),
    "valid": ImageFilter(valid=True),
    "not valid": ImageFilter(valid=False),
    "copies": ImageFilter(duplicate=True),
    "no copies": ImageFilter(duplicate=False),
    "a rare source of a class": ImageFilter(label=KEYWORDS[3], source="inaturalist"),
    "a rare licence of a class": ImageFilter(label=KEYWORDS[3], license="PDM-1.0"),
    "a rare format, rejected": ImageFilter(status=ImageStatus.REJECTED, format=Format("gif")),
    "a licence, rejected": ImageFilter(status=ImageStatus.REJECTED, license="PDM-1.0"),
    "a source without a licence": ImageFilter(source="inaturalist", license="CC-BY-4.0"),
    "a source and a licence": ImageFilter(source="openverse", license="CC-BY-SA-4.0"),
    "a format of a class": ImageFilter(label=KEYWORDS[3], format=Format("png")),
    "valid, rejected, no copies": ImageFilter(status=ImageStatus.REJECTED, valid=True, duplicate=False),
    "between sizes": ImageFilter(min_width=700, max_width=1400, min_height=100, max_height=900),
    "nearly all at once": ImageFilter(
        status=ImageStatus.ACCEPTED,
        label=KEYWORDS[3],
        keyword=KEYWORDS[3],
        source="openverse",
        license="CC-BY-4.0",
        valid=True,
        duplicate=False,
        format=Format("png"),
        min_width=700,
        max_width=1400,
        min_height=768,
        max_height=768,
    ),
}


SMALL = 1_000
"""Rows of a table that may be read whole."""
MODES = ("generic", "custom")
"""The two ways in which Postgres plans a prepared statement; it chooses one by itself."""


class Place(msgspec.Struct, frozen=True):
    """Where in the list: behind an image, or so many pages on."""

    name: str
    after: UUID = FIRST
    offset: int = 0


async def places(connection: asyncpg.Connection, large: Large) -> list[Place]:
    found = [Place("first page"), Place("last page by number", offset=FARTHEST - SIZE)]
    for name, share in (("half way", 0.5), ("at the end", 0.9995)):
        query = "SELECT id FROM candidates WHERE job_id = $1 ORDER BY id OFFSET $2 LIMIT 1"
        count = await connection.fetchval("SELECT count(*) FROM candidates WHERE job_id = $1", large.job)
        found.append(Place(name, after=await connection.fetchval(query, large.job, int(count * share))))
    return found


async def plan(
    connection: asyncpg.Connection, large: Large, which: ImageFilter, place: Place, *, mode: str
) -> dict[str, Any]:
    """What EXPLAIN ANALYZE says of the page, as JSON; ``mode``: see Postgres's ``plan_cache_mode``."""
    asked = listing if is_indexed(which) else listed
    compiled = asked(_shape(which)).compile(dialect=dialect())  # type: ignore[no-untyped-call]
    values = {
        "me": large.owner,
        "sees_all": False,
        "job": large.job,
        "after": place.after,
        "offset": place.offset,
        "size": SIZE + 1,
        **{
            name: getattr(which, name)
            for name in ("reason", "label", "keyword", "source", "license", "format")
        },
        **{name: getattr(which, name) for name in SIZES},
    }
    await connection.execute(f"SET plan_cache_mode = force_{mode}_plan")
    await connection.execute(f"PREPARE page AS {compiled}")
    given = ", ".join(f"'{values[name]}'" for name in compiled.positiontup or ())
    try:
        told = await connection.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE page({given})")
    finally:
        await connection.execute("DEALLOCATE page")
    found: dict[str, Any] = json.loads(told)[0]
    return found


def rows_met(node: dict[str, Any]) -> int:
    """How many rows the scans of a plan looked at, those that a filter threw away too."""
    mine = 0
    if node["Node Type"].endswith("Scan") and "Relation Name" in node:
        thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        mine = round((node["Actual Rows"] + thrown) * node["Actual Loops"])
    return mine + sum(rows_met(child) for child in node.get("Plans", ()))


def tables_read(node: dict[str, Any]) -> set[str]:
    """Those that a plan read from end to end, past all indexes; not the few rows of a small one."""
    whole = node["Node Type"] == "Seq Scan" and rows_met({**node, "Plans": ()}) > SMALL
    mine = {node["Relation Name"]} if whole else set()
    return mine.union(*(tables_read(child) for child in node.get("Plans", ())))


async def measured(connection: asyncpg.Connection, large: Large, rounds: int) -> list[dict[str, Any]]:
    """One line for each filter and place: the slower of both ways to plan, the median of the rounds."""
    lines = []
    for place in await places(connection, large):
        for name, which in FILTERS.items():
            slowest, most, whole = 0.0, 0, set[str]()
            for mode in MODES:
                plans = [await plan(connection, large, which, place, mode=mode) for _ in range(rounds)]
                slowest = max(slowest, median(one["Execution Time"] for one in plans))
                most = max(most, rows_met(plans[0]["Plan"]))
                whole |= tables_read(plans[0]["Plan"])
            line = {"filter": name, "place": place.name, "ms": round(slowest, 2), "rows": most}
            lines.append({**line, "tables": sorted(whole)})
            print(f"{name}, {place.name}: {slowest:.2f} ms", file=sys.stderr, flush=True)
    return lines


async def made(url: str, images: int) -> Large:
    """The images and their lists, unless the database has them already."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        large = await found(connection) or await fill(connection, images)
        began = time.perf_counter()
        await make_lists(url)
        size = await connection.fetchval(LIST_BYTES)
        told = f"lists: made in {time.perf_counter() - began:.0f} s, {size / images:.1f} bytes for each image"
        print(told, file=sys.stderr, flush=True)
    finally:
        await connection.close()
    return large


async def make_lists(url: str) -> None:
    engine = open_engine(PostgresConfig(url=url))
    lists = PostgresImageLists(engine)
    while await lists.extend():
        pass
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE image_lists, image_places, image_marks"))
    await engine.dispose()


async def run(told: argparse.Namespace) -> list[dict[str, Any]]:
    if told.database:
        return await looked_at(told.database, told)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
        await asyncio.to_thread(Path(room).chmod, 0o755)
        async with embedded_servers(Path(room, "home"), redis=False) as servers:
            return await looked_at(servers.database_url, told)


async def looked_at(url: str, told: argparse.Namespace) -> list[dict[str, Any]]:
    large = await made(url, told.images)
    connection = await asyncpg.connect(url)
    try:
        return await measured(connection, large, told.rounds)
    finally:
        await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="the database goes here: 2 GB")
    parser.add_argument(
        "--database", help="URL of one to use instead, and to leave as it is; empty, or from here"
    )
    parser.add_argument("--images", type=int, default=1_000_000, help="of the large job")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each page")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    lines = asyncio.run(run(told))
    if told.json:
        print(json.dumps(lines, indent=2))
        return
    slow = [line for line in lines if line["ms"] > LIMIT]
    for line in lines:
        words = f"{line['filter']:28}{line['place']:22}{line['rows']:9,} rows{line['ms']:9.2f} ms"
        print(words + "  SLOW" * (line in slow))
    print(f"\n{len(lines) - len(slow)} of {len(lines)} pages took {LIMIT:g} ms or less")
    for line in slow:
        print(f"MISSED: {line['filter']}, {line['place']}: {line['ms']:.2f} ms")


if __name__ == "__main__":
    main()
