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
    job = f"""
        SELECT j.id, j.settled, j.spec, ({_total(shape)}) AS total
        FROM {JOBS} AS j WHERE j.id = :job AND {MINE}
    """
    picked = f"SELECT id FROM ({_picked(shape, beyond=True)} ORDER BY 1 OFFSET :offset LIMIT :size) AS p"
    return page(f"j AS MATERIALIZED ({job})", picked, counted=_counted(shape))


def page(job: str, picked: str, *, counted: str = "false") -> TextClause:
    """The lines of what was ``picked``, with the total. ``job`` makes ``j``: one row, or none where nobody
    may see the job. ``counted``: when a large total is exact all the same."""
    return text(
        f"""
        WITH {job}
        SELECT j.total, j.total <= {FARTHEST} OR {counted} AS exact, r.*
        FROM j LEFT JOIN LATERAL (
            SELECT c.id, {STATUS} AS status, c.reason, c.url, s.source, s.title, s.license, {LABEL} AS label,
                   i.sha256, i.format, i.width, i.height, i.bytes, c.retrieved_at
            FROM ({picked}) AS p
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


def _by_label(shape: ImageFilter) -> bool:
    return shape.label is not None or shape.keyword is not None


def _picked(shape: ImageFilter, *, beyond: bool = False) -> str:
    """Ids, from the index that leads there; ``j`` is the job. ``beyond``: only those behind ``:after``."""
    if shape.impossible:
        return "SELECT c.id FROM candidates c WHERE false"
    if _by_label(shape):
        return _of_pictures(shape, beyond=beyond) + FITTING.get(shape.status, "")
    if shape.source is not None or shape.license is not None:
        return _of_sightings(shape, beyond=beyond)
    if _file(shape, "f") and not shape.rejected:
        settled = _of_pictures(shape, beyond=beyond) + " AND j.settled"
        going_on = _of_candidates(shape, beyond=beyond)
        if shape.status is ImageStatus.ACCEPTED:
            return settled
        return going_on if shape.status is ImageStatus.GOOD else _either(settled, going_on, beyond=beyond)
    return _of_candidates(shape, beyond=beyond)


def _either(settled: str, going_on: str, *, beyond: bool) -> str:
    """One of them finds nothing. Of a page each goes no further than its end, in the order of its index."""
    order = "ORDER BY 1 LIMIT CAST(:offset AS bigint) + CAST(:size AS bigint)" if beyond else ""
    return f"SELECT id FROM (({settled} {order}) UNION ALL ({going_on} AND NOT j.settled {order})) AS either"


def _of_pictures(shape: ImageFilter, *, beyond: bool) -> str:
    """Accepted images of a job that has decided, from an index of theirs."""
    found = "SELECT i.candidate_id AS id FROM images i WHERE i.job_id = j.id AND i.state = 'accepted'"
    found += " AND i.label = :label" if shape.label is not None else ""
    found += f" AND i.keyword = {KEYWORD}" if shape.keyword is not None else ""
    found += " AND i.candidate_id > :after" if beyond else ""
    found += "".join(f" AND {test}" for test in _file(shape, "i"))
    if shape.source is not None:
        found += f" AND EXISTS (SELECT {_found_by('source')} AND x.candidate_id = i.candidate_id)"
    return found + _licensed(shape, "i.candidate_id", "i.id")


def _of_candidates(shape: ImageFilter, *, beyond: bool) -> str:
    found = f"SELECT c.id FROM candidates c WHERE c.job_id = j.id AND {_fate(shape)}"
    return found + (" AND c.id > :after" if beyond else "")


def _of_sightings(shape: ImageFilter, *, beyond: bool) -> str:
    """From the index on the source or the licence; each is then looked at by itself. A join would walk all
    candidates beside it, were there few or many of that source."""
    named = "source" if shape.source is not None else "license"
    more = " AND x.candidate_id > :after" if beyond else ""
    return f"""
        SELECT x.id FROM (SELECT DISTINCT x.candidate_id AS id {_found_by(named)}{more} ORDER BY 1) AS x
        WHERE (SELECT true FROM candidates c WHERE c.job_id = j.id AND c.id = x.id
               AND {_fate(shape)}{_licensed(shape, "c.id", "c.image_id")})
    """


def _found_by(named: str) -> str:
    return f"FROM sightings x WHERE x.job_id = j.id AND x.{named} = :{named}"


def _fate(shape: ImageFilter) -> str:
    """What became of the candidate ``c``, and what its file must be like."""
    tests = ["c.state = 'rejected' AND c.reason <> 'removed'" if shape.rejected else "c.state = 'good'"]
    if shape.reason is not None:
        tests.append("c.reason = :reason")
    if shape.rejected and shape.valid is not None:
        tests.append(f"c.image_id IS {'NOT ' if shape.valid else ''}NULL")
    if shape.rejected and shape.duplicate is not None:
        tests.append(f"c.reason {'' if shape.duplicate else 'NOT '}IN ('duplicate_exact', 'duplicate_near')")
    if asked := _file(shape, "f"):
        tests.append(f"(SELECT {' AND '.join(asked)} FROM images f WHERE f.id = c.image_id)")
    return " AND ".join(tests) + FITTING.get(shape.status, "")


def _file(shape: ImageFilter, picture: str) -> list[str]:
    return [test.format(f=picture) for name, test in OF_FILE.items() if getattr(shape, name) is not None]


def _licensed(shape: ImageFilter, candidate: str, picture: str) -> str:
    """Shown with that licence: nobody says another one, or who says it is not shown."""
    if shape.license is None:
        return ""
    somebody = f"SELECT {_found_by('license')} AND x.candidate_id = {candidate}"
    others = f"SELECT FROM sightings o WHERE o.candidate_id = {candidate} AND o.license <> :license"
    shown = SHOWN_LICENSE.format(id=candidate, picture=picture)
    return f" AND EXISTS ({somebody}) AND (NOT EXISTS ({others}) OR :license = ({shown}))"


SIZES = {
    "min_width": "{f}.width >= :min_width",
    "max_width": "{f}.width <= :max_width",
    "min_height": "{f}.height >= :min_height",
    "max_height": "{f}.height <= :max_height",
}
OF_FILE = {"format": "{f}.format = :format", **SIZES}
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
