"""The statements that read a job's images: one each, whatever the filter.

A list first picks the ids of its window from one index, in order, and only then looks at the rest of those
rows. Which sighting tells an image's provenance: for an accepted image the one that the manifest names,
else the first that its description did not rule out.
"""

# ruff: noqa: S608 -- joined from what stands in this file; what people ask for is a parameter
from functools import cache

from sqlalchemy import TextClause, text

from pixcrawler.application.ports.images import ImageFilter, ImageStatus
from pixcrawler.domain.shared.paging import FARTHEST

MINE = "(:sees_all OR j.owner_id = :me)"
SEEN = """
    LEFT JOIN LATERAL (
        SELECT s.*, k.query_id FROM sightings s JOIN chunks k ON k.id = s.chunk_id
        WHERE s.candidate_id = c.id
        ORDER BY (i.candidate_id = c.id AND k.keyword = i.keyword AND k.position = i.position) IS TRUE DESC,
                 s.refused IS NOT NULL, k.keyword, k.position, s.rank
        LIMIT 1
    ) AS s ON true
"""
STATUS = "CASE WHEN c.state = 'rejected' THEN 'rejected' WHEN j.settled THEN 'accepted' ELSE 'good' END"
LABEL = "CASE WHEN i.candidate_id = c.id THEN i.label END"
JOBS = "(SELECT *, status = 'completed' AS settled FROM crawl_jobs)"

COPIES = """
    ARRAY(
        SELECT shown.id FROM images m CROSS JOIN LATERAL (
            SELECT coalesce(m.candidate_id, (SELECT n.id FROM candidates n WHERE n.image_id = m.id
                                             ORDER BY n.reason = m.reason DESC, n.id LIMIT 1)) AS id
        ) AS shown
        WHERE m.owner_id = i.owner_id AND m.duplicate_group = i.duplicate_group AND m.id <> i.id
          AND shown.id IS NOT NULL
        ORDER BY m.state <> 'accepted', shown.id LIMIT 100
    )
"""
"""The other pictures of the group, in any job of the owner; accepted ones first."""

LABELS = """
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'label', l.label, 'source', l.source, 'confidence', l.confidence,
                'model', nullif(l.model, ''))
            ORDER BY l.source, l.model, l.rank, l.label), '[]')
     FROM labels l WHERE l.image_id = i.id AND i.candidate_id = c.id)
"""

FILE = text(
    f"""
    SELECT i.key, i.sha256, i.format, i.bytes FROM candidates c
    JOIN crawl_jobs j ON j.id = c.job_id
    LEFT JOIN images i ON i.id = c.image_id
    WHERE c.id = :image AND c.state <> 'pending' AND c.reason IS DISTINCT FROM 'removed' AND {MINE}
    """
)
ONE = text(
    f"""
    SELECT c.id, c.job_id, {STATUS} AS status, c.reason, c.evidence, {LABEL} AS label,
           j.spec -> 'keywords' -> q.keyword ->> 'text' AS keyword, s.source, s.source_id, q.text AS query,
           c.url AS image_url, c.final_url, s.page_url, s.title, s.author, s.author_url, s.license,
           s.license_raw, s.license_url, s.attribution, coalesce(s.tags, '{{}}') AS tags, c.retrieved_at,
           c.content_type, i.sha256, i.phash, i.dhash, i.validation, i.scores, i.format,
           i.width, i.height, i.frames, i.bytes,
           CASE WHEN c.state = 'rejected' THEN coalesce(same.id, leader.candidate_id) END AS duplicate_of,
           i.duplicate_group, {COPIES} AS copies, {LABELS} AS labels,
           EXISTS (SELECT FROM quarantine n WHERE n.image_id = i.id AND n.released_at IS NULL) AS quarantined
    FROM candidates c
    JOIN {JOBS} AS j ON j.id = c.job_id
    LEFT JOIN images i ON i.id = c.image_id
    LEFT JOIN images leader ON leader.id = i.duplicate_of
    LEFT JOIN LATERAL (SELECT id FROM candidates WHERE image_id = i.id AND state = 'good' LIMIT 1) AS same
         ON true
    {SEEN}
    LEFT JOIN queries q ON q.id = s.query_id
    WHERE c.id = :image AND c.state <> 'pending' AND c.reason IS DISTINCT FROM 'removed' AND {MINE}
    """
)


@cache
def listing(shape: ImageFilter) -> TextClause:
    """What is set in ``shape`` is asked for; the values themselves are parameters."""
    return text(
        f"""
        WITH j AS MATERIALIZED (
            SELECT j.id, j.settled, j.spec, ({_total(shape)}) AS total
            FROM {JOBS} AS j WHERE j.id = :job AND {MINE}
        )
        SELECT j.total, j.total <= {FARTHEST} OR {_counted(shape)} AS exact, r.*
        FROM j LEFT JOIN LATERAL (
            SELECT c.id, {STATUS} AS status, c.reason, c.url, s.source, s.title, s.license, {LABEL} AS label,
                   i.sha256, i.format, i.width, i.height, i.bytes, c.retrieved_at
            FROM ({_picked(shape)} AND {_id(shape)} > :after ORDER BY 1 OFFSET :offset LIMIT :size) AS p
            JOIN candidates c ON c.id = p.id
            LEFT JOIN images i ON i.id = c.image_id
            {SEEN}
        ) AS r ON true ORDER BY r.id
        """
    )


def _total(shape: ImageFilter) -> str:
    """From the job's own counters where they have it, else counted, not far."""
    few = f"SELECT count(*) FROM ({_picked(shape)} LIMIT {FARTHEST + 1}) AS few"
    if shape.narrow or shape.impossible or shape.status is ImageStatus.GOOD:
        return few
    if shape.reason is not None:
        return "CASE WHEN :reason = 'removed' THEN 0 ELSE coalesce((j.reasons ->> :reason)::int, 0) END"
    if shape.rejected:
        return (
            "SELECT coalesce(sum(number::int), 0)::int FROM jsonb_each_text(j.reasons) AS r(reason, number)"
            " WHERE reason <> 'removed'"
        )
    undecided = "0" if shape.status is ImageStatus.ACCEPTED else f"({few})"
    return f"CASE WHEN j.settled THEN j.accepted ELSE {undecided} END"


def _counted(shape: ImageFilter) -> str:
    """When a large total is exact all the same: nothing was filtered, and the job has decided."""
    return "j.settled" if shape == ImageFilter() else "false"


def _id(shape: ImageFilter) -> str:
    return "i.candidate_id" if _by_label(shape) else "c.id"


def _by_label(shape: ImageFilter) -> bool:
    return shape.label is not None or shape.keyword is not None


def _picked(shape: ImageFilter) -> str:
    """Ids, from the index that leads there; ``j`` is the job."""
    if shape.impossible:
        return f"SELECT {_id(shape)} AS id FROM images i, candidates c WHERE false"
    if _by_label(shape):
        found = "SELECT i.candidate_id AS id FROM images i WHERE i.job_id = j.id AND i.state = 'accepted'"
        found += " AND i.label = :label" if shape.label is not None else ""
        found += f" AND i.keyword = {KEYWORD}" if shape.keyword is not None else ""
    else:
        found = "SELECT c.id FROM candidates c WHERE c.job_id = j.id AND c.state = "
        found += "'rejected' AND c.reason <> 'removed'" if shape.rejected else "'good'"
        found += " AND c.reason = :reason" if shape.reason is not None else ""
    found += _narrowed(shape)
    if shape.source is not None:
        found += (
            " AND EXISTS (SELECT 1 FROM sightings x"
            f" WHERE x.job_id = j.id AND x.source = :source AND x.candidate_id = {_id(shape)})"
        )
    return found + FITTING.get(shape.status, "")


def _narrowed(shape: ImageFilter) -> str:
    """What is looked up for each of those that the index leads to."""
    picture = "i.id" if _by_label(shape) else "c.image_id"
    found = ""
    if shape.rejected and shape.valid is not None:
        found += f" AND c.image_id IS {'NOT ' if shape.valid else ''}NULL"
    if shape.rejected and shape.duplicate is not None:
        found += f" AND c.reason {'' if shape.duplicate else 'NOT '}IN ('duplicate_exact', 'duplicate_near')"
    asked = [test for name, test in OF_FILE.items() if getattr(shape, name) is not None]
    if asked:
        found += f" AND EXISTS (SELECT 1 FROM images f WHERE f.id = {picture} AND {' AND '.join(asked)})"
    if shape.license is not None:
        found += f" AND :license = ({SHOWN_LICENSE.format(id=_id(shape), picture=picture)})"
    return found


SIZES = {
    "min_width": "f.width >= :min_width",
    "max_width": "f.width <= :max_width",
    "min_height": "f.height >= :min_height",
    "max_height": "f.height <= :max_height",
}
OF_FILE = {"format": "f.format = :format", **SIZES}
SHOWN_LICENSE = """
    SELECT s.license FROM sightings s JOIN chunks k ON k.id = s.chunk_id
    LEFT JOIN images m ON m.id = {picture} AND m.candidate_id = s.candidate_id
    WHERE s.candidate_id = {id}
    ORDER BY (k.keyword = m.keyword AND k.position = m.position) IS TRUE DESC,
             s.refused IS NOT NULL, k.keyword, k.position, s.rank
    LIMIT 1
"""
KEYWORD = (
    "(SELECT n - 1 FROM jsonb_array_elements(j.spec -> 'keywords') WITH ORDINALITY AS k(word, n)"
    " WHERE word ->> 'text' = :keyword)"
)
FITTING: dict[ImageStatus | None, str] = {
    ImageStatus.ACCEPTED: " AND j.settled",
    ImageStatus.GOOD: " AND NOT j.settled",
}
