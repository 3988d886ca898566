"""Many rows in one statement whose text never changes: the rows travel as one JSON document.

Statements with a parameter per value are compiled anew for every number of rows, which cost more
than Postgres's own work.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text

ADD_CANDIDATES = text(
    """
    WITH added AS (
        INSERT INTO candidates (id, job_id, digest, url, state, attempts)
        SELECT v.id, :job, decode(v.digest, 'hex'), v.url, 'pending', 0
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(id uuid, digest text, url text)
        ON CONFLICT (job_id, digest) DO NOTHING RETURNING id
    )
    SELECT count(*) FROM added
    """
)
ADD_SIGHTINGS = text(
    """
    INSERT INTO sightings (
        job_id, candidate_id, chunk_id, rank, source, source_id, page_url, title, author, author_url,
        license, license_raw, license_url, attribution, width, height, tags, label, sha256,
        refused)
    SELECT :job, c.id, v.chunk_id, v.rank, v.source, v.source_id, v.page_url, v.title, v.author, v.author_url,
        v.license, v.license_raw, v.license_url, v.attribution, v.width, v.height, v.tags, v.label, v.sha256,
        v.refused
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(
        chunk_id uuid, rank int, digest text, source text, source_id text, page_url text, title text,
        author text, author_url text, license text, license_raw text, license_url text, attribution text,
        width int, height int, tags text[], label text, sha256 text, refused text)
    JOIN candidates c ON c.job_id = :job AND c.digest = decode(v.digest, 'hex')
    """
)
ADD_IMAGES = text(
    """
    INSERT INTO images (
        job_id, owner_id, state, id, sha256, key, bytes, format, width, height, frames, mode, orientation,
        phash, dhash, detail, validation, scores, retrieved_at)
    SELECT :job, :owner, 'good', v.*
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(
        id uuid, sha256 text, key text, bytes bigint, format text, width int, height int, frames int,
        mode text, orientation int, phash bigint, dhash bigint, detail int, validation text,
        scores jsonb, retrieved_at timestamptz)
    ON CONFLICT (job_id, sha256) DO NOTHING RETURNING sha256
    """
)
RECORD_FATES = text(
    """
    UPDATE candidates c
    SET state = v.state, reason = v.reason, evidence = v.evidence, image_id = i.id,
        final_url = v.final_url, content_type = v.content_type, retrieved_at = v.retrieved_at,
        attempts = c.attempts + 1
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(
        id uuid, state text, reason text, evidence text, sha256 text, final_url text, content_type text,
        retrieved_at timestamptz)
    LEFT JOIN images i ON i.job_id = :job AND i.sha256 = v.sha256
    WHERE c.id = v.id AND c.state = 'pending' AND c.chunk_id = :chunk
    RETURNING c.id, c.state, c.reason
    """
)


def rows(found: Sequence[dict[str, Any]]) -> str:
    """As ``jsonb_to_recordset`` reads them; what a row leaves out is NULL."""
    return msgspec.json.encode(found).decode()
