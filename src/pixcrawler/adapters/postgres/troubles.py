"""What a job's searches failed of, and what its sources remarked, as people may read it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from pixcrawler.domain.crawling.log import LABELLING_FAILED, NOTED
from pixcrawler.domain.shared.errors import sentence_of

TROUBLES = text(
    f"""
    SELECT source, error, false AS raw FROM queries WHERE job_id = :job AND error IS NOT NULL
    UNION
    SELECT NULL, message, false FROM crawl_job_logs
    WHERE job_id = :job AND event IN ('{NOTED}', '{LABELLING_FAILED}')
    UNION
    SELECT q.source, o.last_error, true FROM outbox o
    JOIN queries q ON q.id = CAST(convert_from(o.payload, 'UTF8')::jsonb ->> 'query_id' AS uuid)
    WHERE o.subject_id = :job AND o.state = 'pending' AND o.last_error IS NOT NULL
      AND o.name = 'pixcrawler.crawling.search_page'
    ORDER BY 1, 2
    """  # noqa: S608 -- a constant of ours
)
"""Rows without a source are remarks."""


def told(rows: Sequence[Any]) -> list[tuple[str, str]]:
    """(source, sentence), each once. A task keeps its error as it was; of a bug, nobody reads the words."""
    sentences = ((row.source, sentence_of(row.error) if row.raw else row.error) for row in rows if row.source)
    return list(dict.fromkeys(sentences))


def remarks(rows: Sequence[Any]) -> tuple[str, ...]:
    return tuple(row.error for row in rows if row.source is None)
