"""The rows that both servers read, made by SQL: 200 jobs, the first with half of the 20,000 images."""

import secrets
from uuid import UUID

import asyncpg
import msgspec

from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind, key_digest, write_key

JOBS = 200
IMAGES = 20_000
LARGE = 10_050
"""Images of the first job; each other one has 50, and so has each chunk."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a key and a project."""

    id: UUID
    key: str
    project: UUID


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """``reader`` owns the jobs, newest first in ``jobs``; ``writer``, who has none yet, creates more, so that
    reading is not slower after writing."""

    reader: Person
    writer: Person
    jobs: tuple[UUID, ...]


async def fill(url: str) -> Rows:
    """Into a migrated database without rows."""
    connection = await asyncpg.connect(url)
    try:
        reader = await _person(connection, "reader")
        writer = await _person(connection, "writer")
        spec = JobSpec(
            keywords=(Keyword("golden retriever", "dog"), Keyword("labrador puppy", "dog")),
            sources=("openverse", "wikimedia"),
        )
        written = msgspec.json.encode(spec).decode()
        await connection.execute(_JOBS, reader.id, reader.project, written, JOBS, LARGE)
        for statement in _FOUND:
            await connection.execute(statement)
        await connection.execute(_PICTURES, IMAGES, LARGE)
        await connection.execute(_CANDIDATES)
        await connection.execute(_SIGHTINGS)
        await connection.execute(_LOOK)
        jobs = await connection.fetch("SELECT id FROM crawl_jobs ORDER BY id DESC")
    finally:
        await connection.close()
    return Rows(reader=reader, writer=writer, jobs=tuple(UUID(str(row["id"])) for row in jobs))


async def _person(connection: asyncpg.Connection, name: str) -> Person:
    key = write_key(KeyKind.TEST, secrets.token_bytes(RANDOM_BYTES))
    row = await connection.fetchrow(_PERSON, name, key_digest(key), key[-4:])
    return Person(id=UUID(str(row["owner_id"])), key=key, project=UUID(str(row["id"])))


# Not at what is empty: Postgres would take it for empty until it looks again.
_LOOK = "VACUUM ANALYZE profiles, projects, crawl_jobs, queries, chunks, images, candidates, sightings"
_PERSON = """
    WITH person AS (
        INSERT INTO profiles (id, name, role) VALUES (gen_random_uuid(), $1, 'user') RETURNING id
    ), opens AS (
        INSERT INTO api_keys (id, owner_id, name, kind, digest, last4, scopes, created_at)
        SELECT gen_random_uuid(), id, 'bench', 'test', $2, $3, '{*}', now() FROM person
    )
    INSERT INTO projects (id, owner_id, name, description, status, version)
    SELECT gen_random_uuid(), id, 'Animals', '', 'active', 1 FROM person RETURNING id, owner_id
"""

# Ids as ours are: in the order in which they were made. The numbers 1 to 6 tell the tables apart.
_ID = "('019a{table:04d}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"
_JOB, _QUERY, _CHUNK, _PICTURE, _CANDIDATE = (
    _ID.format(table=table, number="{}").format for table in range(1, 6)
)

_JOBS = f"""
    INSERT INTO crawl_jobs (id, owner_id, project_id, name, lane, max_images, spec, status, run, version,
        found, good, accepted, reasons, lost, settling, started_at, ended_at, run_started_at, run_good)
    SELECT {_JOB("n")}, $1::uuid, $2::uuid, 'Dogs, week ' || n, 'shared', images, $3::jsonb, 'completed', 1,
        40, images + 14, images, images,
        '{{"http_404": 6, "too_small": 5, "duplicate_near": 2, "timeout": 1}}', '[0, 0]', false,
        now() - interval '1 hour', now() - interval '50 minutes', now() - interval '1 hour', 0
    FROM generate_series(1, $4::int) AS n
    CROSS JOIN LATERAL (SELECT CASE n WHEN 1 THEN $5::int ELSE 50 END) AS x(images)
"""
_FOUND = (
    f"""
    INSERT INTO queries (id, job_id, position, keyword, source, text, pages, found, barren, searching, status)
    SELECT {_QUERY("n")}, {_JOB("n")}, 0, 0, 'openverse', 'golden retriever', 1, 50, 0, false, 'exhausted'
    FROM generate_series(1, (SELECT count(*) FROM crawl_jobs)) AS n
    """,
    f"""
    INSERT INTO chunks (id, job_id, query_id, run, keyword, position, span, size, done, good, status)
    SELECT {_CHUNK("row_number() OVER (ORDER BY j.id, p)")}, j.id, q.id, 1, 0, p, 1, 50, 50, 50, 'completed'
    FROM crawl_jobs j JOIN queries q ON q.job_id = j.id
    CROSS JOIN generate_series(0, j.accepted / 50 - 1) AS p
    """,
)
_PICTURES = f"""
    INSERT INTO images (id, job_id, owner_id, sha256, key, bytes, format, width, height, frames, mode,
        orientation, phash, dhash, detail, validation, state, candidate_id, keyword, position, label,
        retrieved_at)
    SELECT {_PICTURE("n")}, j.id, j.owner_id, digest, 'images/' || digest, 90000 + n, 'jpeg', 1024, 768, 1,
        'RGB', 1, n * 7919, n * 104729, 900, 'standard', 'accepted', {_CANDIDATE("n")}, 0, k.position, 'dog',
        now() - interval '1 hour' + n * interval '10 ms'
    FROM generate_series(1, $1::int) AS n
    CROSS JOIN LATERAL (SELECT encode(sha256(n::text::bytea), 'hex')) AS x(digest)
    CROSS JOIN LATERAL (SELECT CASE WHEN n <= $2::int THEN 1 ELSE 2 + (n - $2::int - 1) / 50 END) AS y(job)
    JOIN crawl_jobs j ON j.id = {_JOB("job")}
    JOIN chunks k ON k.id = {_CHUNK("1 + (n - 1) / 50")}
"""
_CANDIDATES = """
    INSERT INTO candidates (id, job_id, digest, url, chunk_id, state, image_id, content_type, attempts,
        retrieved_at)
    SELECT i.candidate_id, i.job_id, sha256(i.sha256::bytea),
        'https://live.staticflickr.com/65535/' || left(i.sha256, 11) || '_' || right(i.sha256, 10)
            || '_b.jpg',
        k.id, 'good', i.id, 'image/jpeg', 1, i.retrieved_at
    FROM images i JOIN chunks k ON k.job_id = i.job_id AND k.position = i.position
"""
_SIGHTINGS = """
    INSERT INTO sightings (chunk_id, rank, job_id, candidate_id, source, source_id, page_url, title, author,
        author_url, license, license_url, attribution, tags)
    SELECT c.chunk_id, row_number() OVER (PARTITION BY c.chunk_id ORDER BY c.id), c.job_id, c.id, 'openverse',
        c.image_id::text, 'https://www.flickr.com/photos/45215772@N02/' || left(encode(c.digest, 'hex'), 11),
        'A golden retriever in the park, “Zoë” ' || left(encode(c.digest, 'hex'), 4), 'Anna Müller',
        'https://www.flickr.com/photos/45215772@N02', 'CC-BY-SA-2.0',
        'https://creativecommons.org/licenses/by-sa/2.0/', 'A golden retriever by Anna Müller, CC BY-SA 2.0',
        '{dog,golden retriever,park}'
    FROM candidates c
"""
