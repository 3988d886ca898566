"""Pictures that only stand in for one that is not there, told by what they say or show. No list of addresses
or of known files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pixcrawler.adapters.imaging import marks, writing
from pixcrawler.adapters.imaging.phrases import MOST_WORDS, Words, hints_at_it, says_so
from pixcrawler.adapters.imaging.shapes import Plane, trimmed

Levels = npt.NDArray[np.int16]
Place = tuple[int, int, int]
"""A word: the number of its line, its first column, and the one after its last."""

STEPS = 16
"""Colours are counted in cubes of this many levels a side."""

NEAR = 20
"""Levels by which a pixel may differ from its tone: what JPEG does to flat areas and edges."""

GROUND = 0.5
"""Of a picture at least, that must be of one even tone."""

ONE_COLOUR = 3
TONES, BLED, ENOUGH = 0.9, 0.25, 4096
"""Of what is not ground, that must lie between it and one ink; the share of their contrast by which JPEG's
coarse colours bleed over an edge; and how many pixels are enough to tell."""

PALE = (12, 185)
COLOURLESS = 24
CENTRED = 0.06

GAPS = (0.18, 0.25, 0.35)
"""Of a line's height, between two words: capitals stand further apart than small letters."""

LARGER = 1.6
"""Of two lines, how much higher one may be in one text: some have neither capitals nor descenders."""

SMALL_LINE, FEW, REACH, UNLIKE = 16, 8, 5, 0.5
"""Pixels of a line in which the gaps between letters may be as wide as those between words; the words that
there may be then; the pieces that a word may be in; and the likeness to a known word that is no gain."""

EASE = 0.06
"""What need not be read as well where all is grey on grey."""

MOST_PLACES = 120
SIZE = re.compile(r"[1-9]\d{1,3}[x×][1-9]\d{1,3}")
DIGIT_ALIKE = 0.6
SIGN_ALIKE = 0.72
LEAST_SIGN = 0.1
MOST_ROWS = 8
THIN, DIAGONAL = 0.25, 0.75

SENTENCE, A_SIZE, HINT, SIGN, CROSSED = 0.95, 0.9, 0.8, 0.8, 0.7
"""What each is worth."""

TWO_TONES, PALE_INK, NO_COLOUR, IN_THE_MIDDLE = 0.2, 0.15, 0.1, 0.1
"""What is added up where none of them is found."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What stands on an even ground: how far each pixel is from it."""

    ground: Levels
    away: Plane
    ink: Levels
    one_ink: bool

    @property
    def pale(self) -> bool:
        """One ink, with little contrast."""
        low, high = PALE
        return self.one_ink and low <= int(np.abs(self.ground - self.ink).max()) <= high

    @property
    def colourless(self) -> bool:
        return all(int(np.ptp(tone)) <= COLOURLESS for tone in (self.ground, self.ink))


def placeholder(pixels: npt.NDArray[np.uint8]) -> float:
    """0 to 1 for RGB pixels: how sure it is that a picture is "image not available" or one of its kin.

    1 for one colour alone; over 0.6 for one that says so, or shows in pale ink what such pictures show; at
    most 0.55 for what is only made alike. 0 where there is no even ground.
    """
    some = pixels[::4, ::4].reshape(-1, 3)
    ground = _commonest(some)
    if float((_away(some, ground) <= NEAR).mean()) < GROUND:
        return 0.0
    away = _away(pixels, ground)
    strongest = int(away.max())
    if strongest <= ONE_COLOUR:
        return 1.0
    if strongest <= NEAR:
        return 0.0
    return _sure(_drawing(pixels, ground, away))


def _sure(drawing: _Drawing) -> float:
    ink = np.where(drawing.away > NEAR // 2, drawing.away, 0).astype(np.uint8)
    lines = writing.lines(ink)
    readings = _read(lines)
    if any(says_so(words) for words in readings):
        return SENTENCE
    if _is_size(lines):
        return A_SIZE
    grey = drawing.pale and drawing.colourless
    if grey and any(says_so(words, EASE) or hints_at_it(words) for words in readings):
        return HINT
    if drawing.pale and _has_sign(ink):
        return SIGN
    if grey and _is_crossed(ink):
        return CROSSED
    return _signs(drawing, ink)


def _commonest(pixels: npt.NDArray[np.uint8]) -> Levels:
    """The mean of the pixels in the fullest cube of colours."""
    cubes = (pixels // STEPS).astype(np.int32)
    number = (cubes[:, 0] * STEPS + cubes[:, 1]) * STEPS + cubes[:, 2]
    fullest = np.bincount(number).argmax()
    return np.asarray(np.rint(pixels[number == fullest].mean(axis=0)), np.int16)


def _away(colours: npt.NDArray[np.uint8], tone: Levels) -> Plane:
    """The largest difference of the three channels; numpy's own maximum over so short an axis is slow."""
    red, green, blue = (
        np.abs(colours[..., channel].astype(np.int16) - tone[channel]) for channel in range(3)
    )
    return np.asarray(np.maximum(np.maximum(red, green), blue), np.uint8)


def _drawing(pixels: npt.NDArray[np.uint8], ground: Levels, away: Plane) -> _Drawing:
    strongest = int(away.max())
    ink = _commonest(_some(pixels[away >= 0.6 * strongest]))
    rest = _some(pixels[::2, ::2][away[::2, ::2] > NEAR]).astype(np.float32)
    along = (ink - ground).astype(np.float32)
    place = np.clip((rest - ground) @ along / max(1.0, float(along @ along)), 0, 1.15)
    off = np.abs(rest - ground - place[:, None] * along).max(axis=1)
    one = not len(off) or float((off <= max(NEAR, BLED * strongest)).mean()) >= TONES
    return _Drawing(ground, away, ink, one)


def _some(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Enough of them to go by."""
    return pixels[:: 1 + len(pixels) // ENOUGH]


def _read(lines: list[Plane]) -> list[Words]:
    """The words of each text (a title and what is under it are two), cut apart at each of three widths; of
    small writing also in the way that gives the most of known words."""
    cuts = [
        [(number, *span) for number, line in enumerate(lines) for span in writing.spans(line, gap)]
        for gap in GAPS
    ]
    if len(cuts[len(cuts) // 2]) > MOST_WORDS:
        return []
    few = len(cuts[-1]) <= FEW
    small = [place for place in cuts[0] if few and lines[place[0]].shape[0] <= SMALL_LINE]
    joined = [
        (n, start, other[2])
        for at, (n, start, _) in enumerate(small)
        for other in small[at : at + REACH]
        if other[0] == n
    ]
    places = list(dict.fromkeys([*(place for cut in cuts for place in cut), *joined]))[:MOST_PLACES]
    found = [trimmed(lines[number][:, start:end], writing.CLEAR) for number, start, end in places]
    names = dict(zip(places, marks.words().named(found), strict=True))
    if joined:
        cuts.append(_best(joined, names))
    texts = list(_texts(lines))
    return [
        [names[place] for place in cut if place[0] in text and place in names]
        for cut in cuts
        for text in texts
    ]


def _best(joined: list[Place], names: dict[Place, tuple[str, float]]) -> list[Place]:
    """Of words that overlap, those that together resemble known ones most, by their widths."""
    paths: list[tuple[float, list[Place]]] = [(0.0, [])]
    for place in sorted(
        (place for place in joined if place in names), key=lambda place: (place[0], place[2])
    ):
        number, start, end = place
        worth, path = max(
            (one for one in paths if not one[1] or one[1][-1][0] < number or one[1][-1][2] <= start),
            key=lambda one: one[0],
        )
        gain = max(0.0, names[place][1] - UNLIKE) * (end - start)
        paths.append((worth + gain, [*path, place]))
    return max(paths, key=lambda one: one[0])[1]


def _texts(lines: list[Plane]) -> Iterator[range]:
    """Numbers of the lines that are of much the same height."""
    first = 0
    for number in range(1, len(lines)):
        low, high = sorted((lines[number - 1].shape[0], lines[number].shape[0]))
        if high > LARGER * low:
            yield range(first, number)
            first = number
    yield range(first, len(lines))


def _is_size(lines: list[Plane]) -> bool:
    """One line, such as 300 x 200, and nothing else."""
    if len(lines) != 1:
        return False
    glyphs = writing.words(lines[0], 0)
    if not 5 <= len(glyphs) <= 9:
        return False
    read = marks.digits().named(glyphs)
    return all(alike >= DIGIT_ALIKE for _, alike in read) and bool(
        SIZE.fullmatch("".join(digit for digit, _ in read))
    )


def _has_sign(ink: Plane) -> bool:
    rows = writing.across(ink > writing.CLEAR * int(ink.max()))
    if len(rows) > MOST_ROWS:
        return False
    pieces = [
        trimmed(ink[rows[first][0] : rows[last][1]], writing.CLEAR)
        for first in range(len(rows))
        for last in range(first, min(len(rows), first + 3))
    ]
    large = [piece for piece in pieces if piece.shape[0] >= LEAST_SIGN * ink.shape[0]]
    return marks.signs().likeness(large) >= SIGN_ALIKE


def _is_crossed(ink: Plane) -> bool:
    """Thin lines from corner to corner."""
    drawn = ink > writing.CLEAR * int(ink.max())
    if float(drawn.mean()) > THIN:
        return False
    high, wide = drawn.shape
    down = np.linspace(0.02, 0.98, 64)
    rows = (down * (high - 1)).astype(int)
    along = (down * (wide - 1)).astype(int)
    near = drawn | np.roll(drawn, 1, axis=1) | np.roll(drawn, -1, axis=1)
    return all(float(near[rows, columns].mean()) > DIAGONAL for columns in (along, wide - 1 - along))


def _signs(drawing: _Drawing, ink: Plane) -> float:
    """Made as such pictures are, and as logos, letters and drawings are, too: never enough by itself."""
    if not drawing.one_ink:
        return 0.0
    across = np.flatnonzero((ink > NEAR).any(axis=0))
    if not len(across):
        return 0.0
    left, right = int(across[0]), ink.shape[1] - 1 - int(across[-1])
    centred = abs(left - right) <= CENTRED * ink.shape[1]
    found = TWO_TONES + IN_THE_MIDDLE * centred
    found += PALE_INK * drawing.pale + NO_COLOUR * drawing.colourless
    return float(found)
