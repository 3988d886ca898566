"""The statement that reads a page from the list of a large job's images (``image_lists.py``).

What images must be is a few bitmaps over all of them, joined bit by bit: a page takes the same time wherever
it is, however many or few fit, and whatever is asked for together. No row where the job has no list.
"""

# ruff: noqa: S608 -- joined from what stands in this file; what people ask for is a parameter
from functools import cache

from sqlalchemy import TextClause

from pixcrawler.adapters.postgres.image_lists import IDS
from pixcrawler.adapters.postgres.image_sql import KEYWORD, MINE, SIZES, page
from pixcrawler.adapters.postgres.tables.image_lists import BITS
from pixcrawler.application.ports.images import ImageFilter, ImageStatus
from pixcrawler.domain.shared.paging import FARTHEST

PIECE = 512
"""Bits that are looked through for places; of the others only how many are set."""
INDEXED: tuple[set[str], ...] = (set(), {"reason"}, {"label"}, {"keyword"})
"""What is asked for, beside a status, where an index of its own has just those images, in order."""


def is_indexed(which: ImageFilter) -> bool:
    """Whether ``image_sql.listing`` meets no images but those of the page and of the count."""
    asked = {name for name in which.__struct_fields__ if getattr(which, name) is not None} - {"status"}
    if which.impossible or which.status is ImageStatus.GOOD or asked in INDEXED:
        return True
    return (asked == {"valid"} and which.valid is False) or (
        asked == {"duplicate"} and which.duplicate is True
    )


@cache
def listed(shape: ImageFilter) -> TextClause:
    """As ``image_sql.listing``."""
    sides = [(side, edges) for side in ("width", "height") if (edges := _edges(shape, side))]
    return page(
        f"""
        list AS MATERIALIZED (
            SELECT j.id, true AS settled, j.spec FROM crawl_jobs j
            JOIN image_lists l ON l.job_id = j.id AND l.run = j.run AND l.done
            WHERE j.id = :job AND j.status = 'completed' AND {MINE}
        ), {"".join(_side(side, edges) for side, edges in sides)}
        part AS MATERIALIZED ({_fitting(shape, [side for side, _ in sides])}
        ), j AS MATERIALIZED (
            SELECT list.*, least(x.number, {FARTHEST + 1})::int AS total
            FROM list, (SELECT coalesce(sum(bit_count(bits)), 0) AS number FROM part) AS x
        ), {NEAR}""",
        PICKED,
    )


def _fitting(shape: ImageFilter, sides: list[str]) -> str:
    """The bits of the images that fit, part by part."""
    asked, without = _marks(shape)
    tables, bits = [], ["a.bits"]
    for number, mark in enumerate(without):
        n = f"n{number}"
        tables.append(
            f"LEFT JOIN image_marks {n} ON {n}.job_id = :job AND {n}.mark = {mark} AND {n}.part = a.part"
        )
        bits.append(f"coalesce(~{n}.bits, a.bits)")
    for side in sides:
        tables.append(f"JOIN {side} ON {side}.part = a.part")
        bits.append(f"{side}.bits")
    return f"""
            SELECT a.part, {" & ".join(bits)} AS bits FROM (
                SELECT m.part, bit_and(m.bits) AS bits
                FROM list j JOIN image_marks m ON m.job_id = j.id AND m.mark = ANY (ARRAY[{", ".join(asked)}])
                GROUP BY m.part HAVING count(*) = {len(asked)}
            ) AS a {" ".join(tables)}"""


def _marks(shape: ImageFilter) -> tuple[list[str], list[str]]:
    """Those that an image must have, and those that it must not."""
    asked = ["'rejected'" if shape.rejected else "'good'"]
    asked += [f"'{name}:' || :{name}" for name in NAMED if getattr(shape, name) is not None]
    if shape.keyword is not None:
        asked.append(f"'keyword:' || {KEYWORD}")
    if any(getattr(shape, name) is not None for name in SIZES) or (shape.rejected and shape.valid):
        asked.append("'file'")
    if shape.rejected and shape.duplicate:
        asked.append("'copy'")
    without = ["'file'"] if shape.rejected and shape.valid is False else []
    without += ["'copy'"] if shape.rejected and shape.duplicate is False else []
    return asked, without


def _edges(shape: ImageFilter, side: str) -> list[str]:
    least, most = f"min_{side}", f"max_{side}"
    edge = "pixcrawler.at_least(s.slices, s.digits, {})".format
    found = [edge(f":{least}")] if getattr(shape, least) is not None else []
    return found + ([f"~{edge(f'CAST(:{most} AS bigint) + 1')}"] if getattr(shape, most) is not None else [])


def _side(side: str, edges: list[str]) -> str:
    """Of a side of the picture the bits between the edges. Its number of pixels stands in one bitmap for each
    binary digit, so that all numbers can be compared with one at once (O'Neil and Quass, 1997)."""
    return f"""{side} AS MATERIALIZED (
            SELECT s.part, {" & ".join(edges)} AS bits FROM (
                SELECT m.part, array_agg(m.bits) AS slices, array_agg(digit) AS digits
                FROM generate_series(0, 30) AS digit CROSS JOIN LATERAL (
                    SELECT part, bits FROM image_marks
                    WHERE job_id = :job AND mark = '{side}:' || to_char(digit, 'FM00') OFFSET 0
                ) AS m GROUP BY m.part
            ) AS s
        ), """


NAMED = ("reason", "label", "source", "license", "format")
END = "CAST(:offset AS bigint) + CAST(:size AS bigint)"
NEAR = f"""
    start AS MATERIALIZED (
        SELECT coalesce((
            SELECT p.place + (SELECT count(*) FROM unnest(p.ids) AS x(id) WHERE x.id <= :after)
            FROM image_places p WHERE p.job_id = :job AND p.first <= :after ORDER BY p.first DESC LIMIT 1
        ), 0)::int AS place
    ), ahead AS MATERIALIZED (
        SELECT part, CASE WHEN part > start.place / {BITS} THEN bits
                          ELSE bits & (repeat('1', {BITS})::bit({BITS}) >> start.place % {BITS}) END AS bits
        FROM part, start WHERE part >= start.place / {BITS}
    ), near AS MATERIALIZED (
        SELECT part, bits, before FROM (
            SELECT *, sum(number) OVER (ORDER BY part) - number AS before
            FROM (SELECT part, bits, bit_count(bits) AS number FROM ahead) AS counted
        ) AS x WHERE before < {END} AND before + number > :offset
    ), pieces AS MATERIALIZED (
        SELECT part, before, part * {BITS} + n * {PIECE} AS base,
               substring(bits, n * {PIECE} + 1, {PIECE}) AS bits
        FROM near, generate_series(0, {BITS // PIECE - 1}) AS n
    )
"""
"""The bits behind ``:after``, then those of the parts that the page is in, cut into pieces; ``before``: how
many images fit in front of the part."""
PICKED = f"""
    SELECT (SELECT p.ids[spot.place % {IDS} + 1] FROM image_places p
            WHERE p.job_id = :job AND p.place = spot.place / {IDS} * {IDS}) AS id
    FROM (
        SELECT piece.base + bit.place AS place, piece.before + bit.number AS rank
        FROM (
            SELECT base, bits, number,
                   before + sum(number) OVER (PARTITION BY part ORDER BY base) - number AS before
            FROM (SELECT *, bit_count(bits) AS number FROM pieces) AS counted
        ) AS piece
        CROSS JOIN LATERAL (
            SELECT number, (sum(length(gap) + 1) OVER (ORDER BY number) - 1)::int AS place
            FROM string_to_table(piece.bits::text, '1') WITH ORDINALITY AS t(gap, number)
        ) AS bit
        WHERE piece.before < {END} AND piece.before + piece.number > :offset AND bit.number <= piece.number
    ) AS spot
    WHERE spot.rank > :offset AND spot.rank <= {END}
"""
"""The ids of the page's places. Between two bits that are set lies text without a 1."""
