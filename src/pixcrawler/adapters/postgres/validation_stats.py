"""What looks at a version's pictures found, counted in one statement."""

from sqlalchemy import text

from pixcrawler.adapters.postgres.listing import Lists
from pixcrawler.application.ports.validation_reads import BINS, ScoreSpread, ValidationStats
from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.imaging.quality import MEASURED
from pixcrawler.domain.shared.validation import Validation

COUNTED = text(
    """
    WITH shown AS (
        SELECT i.* FROM dataset_version_objects o
        LEFT JOIN LATERAL (
            SELECT i.id, i.validation, i.scores FROM images i
            WHERE i.key = o.key AND i.job_id = ANY(CAST(:jobs AS uuid[]))
              AND i.reason IS DISTINCT FROM 'removed'
            ORDER BY i.state <> 'accepted', i.id LIMIT 1
        ) AS i ON true
        WHERE o.version_id = :version
    ), looked AS MATERIALIZED (
        SELECT l.*, q.image_id IS NOT NULL AS kept_out FROM shown s
        LEFT JOIN LATERAL (
            SELECT * FROM (
                SELECT r.level, r.verdict, r.reason, r.scores, 0 AS turn
                FROM validation_results r WHERE r.image_id = s.id
                UNION ALL
                SELECT s.validation,
                       CASE WHEN s.scores -> 'issues' ->> 0 IS NULL THEN 'valid' ELSE 'invalid' END,
                       s.scores -> 'issues' ->> 0, s.scores, 1
                WHERE s.id IS NOT NULL
            ) AS looks(level, verdict, reason, scores, turn)
            WHERE CAST(:level AS text) IS NULL OR level = :level
            ORDER BY array_position(ARRAY['strict', 'standard', 'basic'], level), turn LIMIT 1
        ) AS l ON true
        LEFT JOIN quarantine q ON q.image_id = s.id AND q.released_at IS NULL
    )
    SELECT 'verdicts' AS what, verdict AS name, NULL::int AS bin, count(*) AS number, NULL::float8 AS total
    FROM looked GROUP BY verdict
    UNION ALL
    SELECT 'levels', level, NULL, count(*), NULL FROM looked WHERE level IS NOT NULL GROUP BY level
    UNION ALL
    SELECT 'reasons', reason, NULL, count(*), NULL FROM looked WHERE reason IS NOT NULL GROUP BY reason
    UNION ALL SELECT 'quarantined', '', NULL, count(*), NULL FROM looked WHERE kept_out
    UNION ALL
    SELECT 'scores', score.name,
           least(floor(score.value * CAST(:bins AS int))::int, CAST(:bins AS int) - 1), count(*),
           sum(score.value)
    FROM looked CROSS JOIN LATERAL (
        SELECT key, value::float8 FROM jsonb_each_text(looked.scores)
        WHERE key = ANY(CAST(:measured AS text[]))
    ) AS score(name, value)
    GROUP BY 2, 3
    """
)
"""A picture of several jobs of the version counts once, as its accepted image. The crawl's own look stands
for its level until somebody has it looked at anew (``turn``)."""


async def told(lists: Lists, version: DatasetVersion, level: Validation | None) -> ValidationStats:
    """Of a version that is ready."""
    values = {
        "version": version.id,
        "jobs": list(version.selection.all_jobs()),
        "level": level,
        "bins": BINS,
        "measured": list(MEASURED),
    }
    counts: dict[str, dict[str, int]] = {"verdicts": {}, "levels": {}, "reasons": {}, "quarantined": {}}
    bins: dict[str, list[int]] = {}
    totals: dict[str, float] = {}
    unknown = 0
    for row in await lists.rows(COUNTED, values):
        if row.what == "scores":
            bins.setdefault(row.name, [0] * BINS)[row.bin] = row.number
            totals[row.name] = totals.get(row.name, 0.0) + row.total
        elif row.name is None:
            unknown = row.number
        else:
            counts[row.what][row.name] = row.number
    return ValidationStats(
        dataset_id=version.dataset_id,
        version=version.number,
        images=unknown + sum(counts["verdicts"].values()),
        unknown=unknown,
        quarantined=counts["quarantined"].get("", 0),
        levels=counts["levels"],
        verdicts=counts["verdicts"],
        reasons=counts["reasons"],
        scores={
            name: ScoreSpread(sum(bins[name]), round(totals[name] / sum(bins[name]), 4), tuple(bins[name]))
            for name in MEASURED
            if name in bins
        },
    )
