"""Pictures that only stand in for one that is not there, told by how they are made: two tones, a ground and
one ink, drawn about the middle. No list of addresses or of known files."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

STEPS = 16
"""Colours are counted in cubes of this many levels a side."""

NEAR = 20.0
"""Levels by which a pixel may differ from its tone: what JPEG does to flat areas and edges."""

GROUND = 0.5
ONE_COLOUR = 3.0
TONES = 0.93
EVEN = 0.2
ONE_INK = 0.5
ENOUGH = 60
EVENLY = 9.0
BLED = 0.25
"""Of the contrast: how far JPEG's coarse colours bleed over an edge."""
CENTRED = 0.06
MUTED = (12.0, 165.0)
DARK_GREY, LIGHT_GREY, GREYER = 24.0, 248.0, 60.0
COLOURLESS = 24.0
MIRRORED = 0.85
LINES = 3
LETTERS = 5

TWO_TONES, MUTED_INK, NO_COLOUR, MIRROR, WORDS, FRAME = 0.25, 0.3, 0.15, 0.15, 0.2, 0.2
"""What each sign adds to the score."""


@dataclass(frozen=True, slots=True)
class _Tones:
    """The two tones, and where the second of them is."""

    ground: Plane
    ink: Plane
    drawn: Mask

    @property
    def contrast(self) -> float:
        return float(np.abs(self.ground - self.ink).max())

    @property
    def muted(self) -> bool:
        """Little contrast; or grey on a grey that is neither paper nor night."""
        low, high = MUTED
        between = DARK_GREY <= float(self.ground.mean()) <= LIGHT_GREY and self.colourless
        return low <= self.contrast <= (high + GREYER if between else high)

    @property
    def colourless(self) -> bool:
        return all(float(np.ptp(tone)) <= COLOURLESS for tone in (self.ground, self.ink))


def placeholder(pixels: npt.NDArray[np.uint8]) -> float:
    """0 to 1 for RGB pixels: how much a picture is made like "image not available" and its kin.

    1 for one colour alone. Else 0, unless nearly all pixels are a ground, one ink and what lies between
    them, with the ink in the middle; muted or colourless tones, symmetry, lines of letters and a frame
    then add to it.
    """
    some = pixels[::4, ::4].astype(np.float32)
    ground = _commonest(some.reshape(-1, 3))
    if float((_away(some, ground) <= NEAR).mean()) < GROUND:
        return 0.0
    colours = pixels.astype(np.float32)
    away = _away(colours, ground)
    if float(away.max()) <= ONE_COLOUR:
        return 1.0
    if float(away.max()) <= NEAR:
        return 0.0
    tones = _tones(colours, ground, away)
    return 0.0 if tones is None else _signs(tones)


def _away(colours: Plane, tone: Plane) -> Plane:
    """The largest difference of the three channels; numpy's own maximum over so short an axis is slow."""
    red, green, blue = (np.abs(colours[..., channel] - tone[channel]) for channel in range(3))
    return np.asarray(np.maximum(np.maximum(red, green), blue))


def _tones(colours: Plane, ground: Plane, away: Plane) -> _Tones | None:
    """None where the rest is of more than one ink."""
    rest = colours[away > NEAR]
    far = colours[away >= 0.6 * float(away.max())]
    ink = _commonest(far)
    along = ink - ground
    place = np.clip((rest - ground) @ along / float(along @ along), 0, 1.15)
    if float((_away(far, ink) <= max(NEAR, EVEN * float(np.abs(along).max()))).mean()) < ONE_INK:
        return None
    off = _away(rest - place[:, None] * along, ground)
    if float((off <= max(NEAR, BLED * float(np.abs(along).max()))).mean()) < TONES:
        return None
    drawn = away > max(NEAR, 0.4 * float(np.abs(along).max()))
    within = colours[_inner(drawn)]
    if len(within) >= ENOUGH and float(within.std(axis=0).max()) > EVENLY:
        return None
    return _Tones(ground, ink, drawn) if drawn.any() else None


def _inner(drawn: Mask) -> Mask:
    """What is drawn on all sides of, two pixels away and nearer; ink is even there, and a thing is not."""
    inner = drawn.copy()
    for step in (-2, 2):
        inner &= np.roll(drawn, step, axis=0) & np.roll(drawn, step, axis=1)
    return inner


def _commonest(pixels: Plane) -> Plane:
    """The mean of the pixels in the fullest cube of colours."""
    cubes = (pixels // STEPS).astype(np.int32)
    number = (cubes[:, 0] * STEPS + cubes[:, 1]) * STEPS + cubes[:, 2]
    fullest = np.bincount(number).argmax()
    return np.asarray(pixels[number == fullest].mean(axis=0), np.float32)


def _signs(tones: _Tones) -> float:
    drawn, framed = _without_frame(tones.drawn)
    if not drawn.any() or not _is_centred(drawn):
        return 0.0
    muted = tones.muted
    found = TWO_TONES + MUTED_INK * muted + WORDS * _has_words(drawn) + FRAME * framed
    found += NO_COLOUR * (muted and tones.colourless) + MIRROR * (muted and _is_mirrored(drawn))
    return min(1.0, found)


def _without_frame(drawn: Mask) -> tuple[Mask, bool]:
    """The drawing inside a line that runs along all four edges, and whether there is one."""
    h, w = drawn.shape
    edge = max(2, min(h, w) // 12)
    sides = (drawn[:edge], drawn[-edge:], drawn[:, :edge].T, drawn[:, -edge:].T)
    if any(float(np.mean(side.any(axis=0))) < 0.95 for side in sides):
        return drawn, False
    return drawn[edge:-edge, edge:-edge], True


def _is_centred(drawn: Mask) -> bool:
    """Margins of the same width left and right, and no line that runs off sideways or above."""
    across = np.flatnonzero(drawn.any(axis=0))
    left, right = int(across[0]), drawn.shape[1] - 1 - int(across[-1])
    free = min(left, right) >= 0.015 * drawn.shape[1] and not drawn[0].any()
    return free and abs(left - right) <= CENTRED * drawn.shape[1]


def _is_mirrored(drawn: Mask) -> bool:
    both = drawn & drawn[:, ::-1]
    return float(both.sum()) >= MIRRORED * float(drawn.sum())


def _has_words(drawn: Mask) -> bool:
    """One to three lines, much longer than they are high, of at least five strokes each."""
    lines = _runs(np.asarray(drawn.any(axis=1)))
    high = [(start, end) for start, end in lines if end - start >= max(4, 0.02 * drawn.shape[0])]
    words = 0
    for start, end in high:
        letters = _runs(np.asarray(drawn[start:end].any(axis=0)))
        if len(letters) >= LETTERS and letters[-1][1] - letters[0][0] >= 3 * (end - start):
            words += 1
    return 0 < words <= LINES and len(high) <= LINES + 1


def _runs(line: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
