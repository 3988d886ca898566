"""One job with as many images as asked for, made by SQL: of many classes and sources, some rare, some out."""

from uuid import UUID

import asyncpg
import msgspec

from pixcrawler.domain.crawling.spec import JobSpec, Keyword

KEYWORDS = tuple(f"breed {number}" for number in range(10))
CHUNK = 50
RARE = 5_000
"""One in so many has what is rare: a licence, a source, a format, a large size."""


class Large(msgspec.Struct, frozen=True, kw_only=True):
    """The owner, and the job that has most of the images."""

    owner: UUID
    job: UUID


async def fill(connection: asyncpg.Connection, images: int) -> Large:
    """Into a migrated database without rows. Beside the large job stand others, a tenth of it together.

    Foreign keys are not looked at, and indexes made last: that takes a quarter of the time.
    """
    owner = await connection.fetchval(_OWNER)
    spec = JobSpec(
        keywords=tuple(Keyword(word, word) for word in KEYWORDS),
        sources=("openverse", "wikimedia", "inaturalist"),
    )
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(_JOBS, owner, msgspec.json.encode(spec).decode(), images)
    for statement in _FOUND:
        await connection.execute(statement)
    indexes = await connection.fetch(_INDEXES)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    for statement in (_PICTURES, _CANDIDATES, _SIGHTINGS, *(index["made"] for index in indexes)):
        await connection.execute(statement)
    await connection.execute(_COUNTED)
    await connection.execute("RESET session_replication_role")
    for table in ("crawl_jobs", "queries", "chunks", "images", "candidates", "sightings"):
        await connection.execute(f"VACUUM ANALYZE {table}")
    large = await found(connection)
    assert large is not None
    return large


async def found(connection: asyncpg.Connection) -> Large | None:
    """What an earlier run has made."""
    row = await connection.fetchrow("SELECT owner_id, id FROM crawl_jobs ORDER BY found DESC LIMIT 1")
    return row and Large(owner=UUID(str(row["owner_id"])), job=UUID(str(row["id"])))


LIST_BYTES = """
    SELECT sum(pg_total_relation_size(name::regclass))::float8
    FROM unnest('{image_lists,image_places,image_marks}'::text[]) AS x(name)
"""


_INDEXES = """
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made
    FROM pg_index i
    WHERE i.indrelid IN ('images'::regclass, 'candidates'::regclass, 'sightings'::regclass)
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
_OWNER = """
    WITH person AS (
        INSERT INTO profiles (id, name, role) VALUES (gen_random_uuid(), 'owner', 'user') RETURNING id
    )
    INSERT INTO projects (id, owner_id, name, description, status, version)
    SELECT gen_random_uuid(), id, 'Animals', '', 'active', 1 FROM person RETURNING owner_id
"""
# Ids as ours are: in the order in which they were made. The numbers 1 to 5 tell the tables apart.
_ID = "('019a{table:04d}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"
_JOB, _QUERY, _CHUNK, _PICTURE, _CANDIDATE = (
    _ID.format(table=table, number="{}").format for table in range(1, 6)
)
_JOBS = f"""
    INSERT INTO crawl_jobs (id, owner_id, project_id, name, lane, max_images, spec, status, run, version,
        found, good, accepted, reasons, lost, settling, started_at, ended_at, run_started_at, run_good)
    SELECT {_JOB("n")}, $1::uuid, p.id, 'Dogs ' || n, 'shared', images, $2::jsonb, 'completed', 1,
        40, images, images, 0, '{{}}', '[0, 0]', false, now(), now(), now(), 0
    FROM generate_series(1, 101) AS n
    CROSS JOIN (SELECT id FROM projects LIMIT 1) AS p
    CROSS JOIN LATERAL (
        SELECT greatest(CASE n WHEN 1 THEN $3::int ELSE $3::int / 1000 END / {CHUNK}, 1) * {CHUNK}
    ) AS x(images)
"""
_FOUND = (
    f"""
    INSERT INTO queries (id, job_id, position, keyword, source, text, pages, found, barren, searching, status)
    SELECT {_QUERY("row_number() OVER (ORDER BY j.id, k)")}, j.id, k, k, 'openverse', 'breed ' || k, 1, 50, 0,
        false, 'exhausted'
    FROM crawl_jobs j CROSS JOIN generate_series(0, 9) AS k
    """,
    f"""
    INSERT INTO chunks (id, job_id, query_id, run, keyword, position, span, size, done, good, status)
    SELECT {_CHUNK("row_number() OVER (ORDER BY j.id, p)")}, j.id, q.id, 1, p % 10, p / 10, 1,
        {CHUNK}, {CHUNK}, {CHUNK}, 'completed'
    FROM crawl_jobs j CROSS JOIN generate_series(0, j.max_images / {CHUNK} - 1) AS p
    JOIN queries q ON q.job_id = j.id AND q.position = p % 10
    """,
)
# Every sixth is refused, for one of four reasons; two of these come after a look at the file.
_N = f"""
    SELECT n, k.id AS chunk, k.job_id AS job, k.keyword, k.position, n % {RARE} = 1 AS rare,
        encode(sha256(n::text::bytea), 'hex') AS digest,
        CASE WHEN n % 6 = 0
             THEN (ARRAY['http_404', 'too_small', 'duplicate_near', 'timeout'])[1 + n / 6 % 4] END AS reason
    FROM generate_series(1, (SELECT count(*) * {CHUNK} FROM chunks)) AS n
    JOIN chunks k ON k.id = {_CHUNK(f"1 + (n - 1) / {CHUNK}")}
"""
_FILE = "(reason IS NULL OR reason IN ('too_small', 'duplicate_near'))"
_PICTURES = f"""
    INSERT INTO images (id, job_id, owner_id, sha256, key, bytes, format, width, height, frames, mode,
        orientation, phash, dhash, detail, validation, state, reason, candidate_id, keyword, position, label,
        retrieved_at)
    SELECT {_PICTURE("n")}, job, j.owner_id, digest, 'images/' || digest, 90000 + n,
        CASE WHEN rare THEN 'gif' WHEN n % 20 = 0 THEN 'png' ELSE 'jpg' END,
        CASE WHEN rare THEN 9000 ELSE 600 + n % 1000 END, 768, 1, 'RGB', 1,
        ('x' || left(digest, 16))::bit(64)::bigint, ('x' || right(digest, 16))::bit(64)::bigint, 900,
        'standard', CASE WHEN reason IS NULL THEN 'accepted' ELSE 'rejected' END, reason,
        CASE WHEN reason IS NULL THEN {_CANDIDATE("n")} END, CASE WHEN reason IS NULL THEN x.keyword END,
        CASE WHEN reason IS NULL THEN x.position END,
        CASE WHEN reason IS NOT NULL THEN NULL WHEN rare THEN 'otterhound' ELSE 'breed ' || x.keyword END,
        now()
    FROM ({_N}) AS x JOIN crawl_jobs j ON j.id = x.job WHERE {_FILE}
"""
_CANDIDATES = f"""
    INSERT INTO candidates (id, job_id, digest, url, chunk_id, state, reason, image_id, content_type,
        attempts, retrieved_at)
    SELECT {_CANDIDATE("n")}, job, sha256(digest::bytea), 'https://live.staticflickr.com/65535/' || digest,
        chunk, CASE WHEN reason IS NULL THEN 'good' ELSE 'rejected' END, reason,
        CASE WHEN {_FILE} THEN {_PICTURE("n")} END, 'image/jpeg', 1, now() + n * interval '1 ms'
    FROM ({_N}) AS x
"""
_SIGHTINGS = f"""
    INSERT INTO sightings (chunk_id, rank, job_id, candidate_id, source, source_id, page_url, title, author,
        license, tags)
    SELECT chunk, (n - 1) % {CHUNK}, job, {_CANDIDATE("n")},
        CASE WHEN rare THEN 'inaturalist' WHEN n % 3 = 0 THEN 'wikimedia' ELSE 'openverse' END,
        n::text, 'https://www.flickr.com/photos/' || n, 'A dog in the park, number ' || n, 'Anna Müller',
        CASE WHEN rare THEN 'PDM-1.0' WHEN n % 2 = 0 THEN 'CC-BY-4.0' ELSE 'CC-BY-SA-4.0' END, '{{dog,park}}'
    FROM ({_N}) AS x
"""
_COUNTED = """
    UPDATE crawl_jobs j SET accepted = x.accepted, good = x.accepted, reasons = x.reasons
    FROM (SELECT job_id, sum(number) FILTER (WHERE reason IS NULL) AS accepted,
                 jsonb_object_agg(reason, number) FILTER (WHERE reason IS NOT NULL) AS reasons
          FROM (SELECT job_id, reason, count(*) AS number FROM candidates GROUP BY 1, 2) AS y GROUP BY 1) AS x
    WHERE j.id = x.job_id
"""
