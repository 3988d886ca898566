"""How far each keyword of a job has come, and what to open next.

A keyword's chunks are a sequence in (query, rank) order. Work runs a bounded window ahead of what is
needed, in any order and on any number of workers; only chunks of the closed beginning of each
sequence decide when there is enough. So neither arrival nor worker count changes what is kept.
"""

from collections.abc import Sequence

import msgspec

from pixcrawler.domain.crawling.chunk import Chunk, ChunkStatus

OPEN_AT_ONCE = 16
"""How many chunks and searches of one job may be open together."""


class Standing(msgspec.Struct, frozen=True):
    """One keyword.

    ``chunks`` are in order. ``searching``: a page is being asked for. ``exhausted``: no query can give
    another page. ``lost``: good images that settling took away again (near-duplicates) last time.
    """

    keyword: int
    chunks: tuple[Chunk, ...]
    searching: bool
    exhausted: bool
    lost: int

    @property
    def leading(self) -> int:
        """Good images in the closed beginning, less those that settling would take away."""
        good = 0
        for chunk in self.chunks:
            if not chunk.status.closed:
                break
            good += chunk.good
        return max(0, good - self.lost)

    @property
    def finished(self) -> bool:
        """Nothing more can come."""
        return self.exhausted and not self.searching and all(chunk.status.closed for chunk in self.chunks)

    @property
    def open(self) -> int:
        active = sum(chunk.status is ChunkStatus.ACTIVE for chunk in self.chunks)
        return active + self.searching

    def expected(self) -> float:
        """How many good images the opened chunks will give if the rest does as well as so far."""
        opened = [chunk for chunk in self.chunks if chunk.status is not ChunkStatus.PENDING]
        good = sum(chunk.good for chunk in opened)
        done = sum(chunk.done for chunk in opened)
        rate = max(0.1, (good + 1) / (done + 1))
        return good - self.lost + rate * sum(chunk.waiting for chunk in opened)

    @property
    def gaps(self) -> int:
        """Pending chunks before opened ones: a retry reopened them, and nothing behind them counts."""
        opened = [n for n, chunk in enumerate(self.chunks) if chunk.status is not ChunkStatus.PENDING]
        return max(opened, default=-1) + 1 - len(opened)

    @property
    def next_pending(self) -> Chunk | None:
        return next((chunk for chunk in self.chunks if chunk.status is ChunkStatus.PENDING), None)


class Quota(msgspec.Struct, frozen=True):
    """So many of the images are for these keywords (by number). ``exact``: they get no more than that, and
    what they leave goes to nobody; else they get these before the even shares are dealt."""

    images: int
    keywords: tuple[int, ...]
    exact: bool = True


def shares(total: int, supply: Sequence[int | None], quotas: Sequence[Quota] = ()) -> list[int]:
    """Each keyword's share of ``total``; who can use no more is passed over.

    ``supply`` is how many a keyword can give at most; None is no limit known. A share never shrinks when
    another keyword turns out to have less to give. What an exact quota leaves unused goes to nobody else; the
    keywords of none share what they leave of ``total``: first their least numbers, then as evenly as can be.
    """
    exact = [quota for quota in quotas if quota.exact]
    taken = {number for quota in exact for number in quota.keywords}
    others = [number for number in range(len(supply)) if number not in taken]
    given = [0] * len(supply)
    for quota in quotas:
        dealt = _dealt(quota.images, [supply[number] for number in quota.keywords])
        for number, share in zip(quota.keywords, dealt, strict=True):
            given[number] = share
    left = total - sum(quota.images for quota in exact)
    more = _dealt(left, [supply[n] for n in others], start=[given[n] for n in others])
    for number, share in zip(others, more, strict=True):
        given[number] = share
    return given


def _dealt(total: int, supply: Sequence[int | None], start: Sequence[int] | None = None) -> list[int]:
    """As if dealt one by one, each to the first of those who have least; ``start`` is what they have of
    ``total`` already."""
    given = [0] * len(supply) if start is None else list(start)
    left = total - sum(given)
    while left > 0 and (hungry := [i for i, most in enumerate(supply) if most is None or most > given[i]]):
        least = min(given[i] for i in hungry)
        poorest = [i for i in hungry if given[i] == least]
        if left < len(poorest):
            for i in poorest[:left]:
                given[i] += 1
            break
        limits = [most for i in poorest if (most := supply[i]) is not None]
        limits += [given[i] for i in hungry if given[i] > least]
        rounds = min([left // len(poorest), *(limit - least for limit in limits)])
        for i in poorest:
            given[i] += rounds
        left -= rounds * len(poorest)
    return given


def wanted(total: int, standings: Sequence[Standing], quotas: Sequence[Quota] = ()) -> list[int]:
    """Each keyword's share, given what is known of the finished ones."""
    return shares(total, [s.leading if s.finished else None for s in standings], quotas)


def is_filled(total: int, standings: Sequence[Standing], quotas: Sequence[Quota] = ()) -> bool:
    """Every keyword has its share in its closed beginning, or can give nothing more."""
    targets = wanted(total, standings, quotas)
    return all(s.finished or s.leading >= share for s, share in zip(standings, targets, strict=True))


class Next(msgspec.Struct, frozen=True):
    """What to open: chunks, and keywords whose next search page is wanted."""

    chunks: tuple[Chunk, ...]
    searches: tuple[int, ...]


def what_next(total: int, standings: Sequence[Standing], quotas: Sequence[Quota] = ()) -> Next:
    """The next chunks and searches inside the window, fairly over the keywords.

    A keyword opens as many as may give its share, and gaps in any case.
    """
    room = OPEN_AT_ONCE - sum(s.open for s in standings)
    targets = wanted(total, standings, quotas)
    chunks: list[Chunk] = []
    searches: list[int] = []
    hopes = [s.expected() for s in standings]
    gaps = [s.gaps for s in standings]
    queues = [[c for c in s.chunks if c.status is ChunkStatus.PENDING] for s in standings]
    progress = True
    while room > 0 and progress:
        progress = False
        for i, standing in enumerate(standings):
            hopeful = hopes[i] >= targets[i] and gaps[i] <= 0
            if room <= 0 or standing.leading >= targets[i] or hopeful:
                continue
            if queues[i]:
                chunk = queues[i].pop(0)
                chunks.append(chunk)
                hopes[i] += chunk.span
                gaps[i] -= 1
            elif not standing.exhausted and not standing.searching and standing.keyword not in searches:
                searches.append(standing.keyword)
            else:
                continue
            room -= 1
            progress = True
    return Next(tuple(chunks), tuple(searches))
