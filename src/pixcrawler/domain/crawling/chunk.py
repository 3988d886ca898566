"""A batch of work that one worker task handles."""

from enum import StrEnum

import msgspec

from pixcrawler.domain.shared.ids import ChunkId, CrawlJobId, QueryId


class ChunkStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def closed(self) -> bool:
        return self in (ChunkStatus.COMPLETED, ChunkStatus.FAILED)


class Chunk(msgspec.Struct, kw_only=True):
    """Some neighbouring results of one query.

    ``position`` orders the chunks of a keyword. ``span`` is how many results it covers; ``size`` how
    many of them are its own to fetch (the others had been found and taken before), known once it is
    opened. ``done`` and ``good`` count its candidates' fates.
    """

    id: ChunkId
    job_id: CrawlJobId
    query_id: QueryId
    run: int
    keyword: int
    position: int
    span: int
    size: int
    done: int
    good: int
    status: ChunkStatus

    def open(self, *, run: int, size: int) -> None:
        self.run = run
        self.size = size
        self.status = ChunkStatus.ACTIVE

    def record(self, *, done: int, good: int, last: bool) -> None:
        self.done += done
        self.good += good
        if last:
            self.status = ChunkStatus.COMPLETED

    @property
    def waiting(self) -> int:
        """How many candidates may still turn out good."""
        match self.status:
            case ChunkStatus.ACTIVE:
                return self.size - self.done
            case ChunkStatus.PENDING:
                return self.span
            case _:
                return 0


LARGEST = 125


def chunk_size(share: int) -> int:
    """How many results one chunk covers at most, for a keyword that wants ``share`` images.

    A little more than what is wanted, so that ten images do not cost hundreds of requests; and not
    more than 125, so that a job spreads evenly over workers, each of which takes several at once, and a
    lost chunk costs little.
    """
    return max(10, min(LARGEST, share + share // 4))
