"""Where there may be writing in a drawing on an even ground: its lines, cut apart as printed pages are.

The recursive cut along empty rows and columns (XY cut: Nagy and Seth 1984).
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from pixcrawler.adapters.imaging.shapes import Plane, trimmed

Mask = npt.NDArray[np.bool_]
Run = tuple[int, int]

FAINT = 0.22
CLEAR = 0.35
"""Of the strongest ink, from which on there is ink at all, and from which on letters are told apart."""

LOWEST = 5
"""Pixels of a line of writing at least; less is a dot or an accent of the line under it."""

SIDE, RULE = 0.7, 0.92
"""Of the width (or height), from which on a row is the side of a frame, or a line under a word."""

HALO, OUTSIDE = 2, 0.04
"""Pixels beside a frame that JPEG coloured with it, and share of a side that may lie outside of it."""

INVERSE = 0.6
"""Of a part that must be ink for it to be a bar with writing cut out of it."""

APART = 1.0
"""Of a line's height: a gap that ends it."""

TALLER = 1.35
DEPTH = 4
MOST_LINES = 10


def lines(ink: Plane) -> list[Plane]:
    """Each line's own part of the ink, from top to bottom; none for a picture that has too many."""
    found: list[Plane] = []
    for part in _cut(ink, 0):
        found.append(part)
        if len(found) > MOST_LINES:
            return []
    return found


def words(line: Plane, gap: float) -> list[Plane]:
    """What stands further apart than a share of the line's height."""
    return [trimmed(line[:, start:end], CLEAR) for start, end in spans(line, gap)]


def spans(line: Plane, gap: float) -> list[Run]:
    """Where the words stand: their first columns, and those after their last."""
    columns = along(line > CLEAR * int(line.max()))
    return list(_joined(columns, max(1, round(gap * line.shape[0]))))


def across(drawn: Mask) -> list[Run]:
    """Start and end of each stretch of rows with something in them."""
    return _runs(np.asarray(drawn.any(axis=1)))


def along(drawn: Mask) -> list[Run]:
    """The same of columns."""
    return _runs(np.asarray(drawn.any(axis=0)))


def _runs(flags: Mask) -> list[Run]:
    """Start and end of each stretch of True."""
    edges: list[int] = (np.flatnonzero(flags[1:] != flags[:-1]) + 1).tolist()
    if len(flags) and flags[0]:
        edges.insert(0, 0)
    if len(edges) % 2:
        edges.append(len(flags))
    return list(zip(edges[::2], edges[1::2], strict=True))


def _joined(found: Iterable[Run], gap: int) -> Iterator[Run]:
    """Those joined that are nearer to each other than this."""
    last: Run | None = None
    for start, end in found:
        if last is not None and start - last[1] < gap:
            last = last[0], end
            continue
        if last is not None:
            yield last
        last = start, end
    if last is not None:
        yield last


def _cut(part: Plane, depth: int) -> Iterator[Plane]:
    part = _without_rules(trimmed(part, FAINT))
    high, wide = part.shape
    if high < LOWEST or wide < LOWEST:
        return
    drawn = part > FAINT * int(part.max())
    rows = _lines_of(across(drawn))
    if len(rows) > 1 and depth < DEPTH:
        for start, end in rows:
            yield from _cut(part[start:end], depth + 1)
        return
    beside = list(_joined(along(drawn), max(2, round(APART * high))))
    if len(beside) == 1:
        beside = _sign_apart(part, drawn)
    if len(beside) > 1 and depth < DEPTH:
        for start, end in beside:
            yield from _cut(part[:, start:end], depth + 1)
    elif float(drawn.mean()) > INVERSE and high > 3 * LOWEST and depth < DEPTH:
        yield from _cut(int(part.max()) - part, depth + 1)
    else:
        yield part


def _without_rules(part: Plane) -> Plane:
    """What is inside a frame; and without underlines, which are thin lines from one side to the other."""
    drawn = part > FAINT * int(part.max(initial=0))
    if not drawn.size:
        return part
    level, upright = _thin(drawn.mean(axis=1) > SIDE), _thin(drawn.mean(axis=0) > SIDE)
    if (
        min(part.shape) > 3 * LOWEST
        and _both_ends(level, part.shape[0])
        and _both_ends(upright, part.shape[1])
    ):
        rows = slice(level[0][1] + HALO, level[-1][0] - HALO)
        inner = part[rows, upright[0][1] + HALO : upright[-1][0] - HALO]
        return trimmed(inner, FAINT) if float((inner > FAINT * int(part.max())).mean()) < INVERSE else part
    rules = _thin(drawn.mean(axis=1) > RULE)
    if not rules:
        return part
    part = part.copy()
    for start, end in rules:
        part[start:end] = 0
    return trimmed(part, FAINT)


def _both_ends(found: list[Run], length: int) -> bool:
    return len(found) > 1 and max(found[0][0], length - found[-1][1]) <= OUTSIDE * length


def _thin(full: Mask) -> list[Run]:
    return [(start, end) for start, end in _runs(full) if (end - start) * 8 <= len(full)]


def _lines_of(rows: list[Run]) -> list[Run]:
    """Dots and accents with the line under them; what is left of these is dropped."""
    found: list[Run] = []
    waiting: Run | None = None
    for start, end in rows:
        if end - start < LOWEST:
            waiting = start, end
            continue
        if waiting is not None and start - waiting[1] <= 0.3 * (end - start):
            found.append((waiting[0], end))
        else:
            found.append((start, end))
        waiting = None
    return found


def _sign_apart(part: Plane, drawn: Mask) -> list[Run]:
    """A sign before or after its words is taller than they are."""
    tokens = list(_joined(along(drawn), 2 + part.shape[0] // 8))
    if len(tokens) < 2:
        return tokens
    tall = [trimmed(part[:, start:end], FAINT).shape[0] for start, end in tokens]
    for sign, rest in ((0, slice(1, None)), (-1, slice(None, -1))):
        if tall[sign] > TALLER * max(tall[rest]):
            end = (tokens[rest][0][0], tokens[rest][-1][1])
            return sorted([tokens[sign], end])
    return [(0, part.shape[1])]
