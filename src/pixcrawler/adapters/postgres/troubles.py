"""What a job's searches failed of, as people may read it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from pixcrawler.domain.shared.errors import sentence_of

TROUBLES = text(
    """
    SELECT source, error, false AS raw FROM queries WHERE job_id = :job AND error IS NOT NULL
    UNION
    SELECT q.source, o.last_error, true FROM outbox o
    JOIN queries q ON q.id = CAST(convert_from(o.payload, 'UTF8')::jsonb ->> 'query_id' AS uuid)
    WHERE o.subject_id = :job AND o.state = 'pending' AND o.last_error IS NOT NULL
      AND o.name = 'pixcrawler.crawling.search_page'
    ORDER BY 1, 2
    """
)


def told(rows: Sequence[Any]) -> list[tuple[str, str]]:
    """(source, sentence), each once. A task keeps its error as it was; of a bug, nobody reads the words."""
    sentences = ((row.source, sentence_of(row.error) if row.raw else row.error) for row in rows)
    return list(dict.fromkeys(sentences))
