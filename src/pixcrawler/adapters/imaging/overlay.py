"""Watermarks, as far as they can be told without having learnt them: a pattern laid over the picture again
and again. One that is there but once is not seen."""

import numpy as np
import numpy.typing as npt
from numpy import fft  # by name: numpy loads it when first asked for, and a child opens no file

Plane = npt.NDArray[np.float32]

WINDOW = 256
CLEARLY = 12.0
NEAREST = 20
FAINT = 2.0
FAINTEST = 0.5
CHANCE = 0.05
CERTAIN = 0.35


def watermark(grey: Plane) -> float:
    """0 to 1: how well the picture's finest structure matches itself some way off.

    The autocorrelation (by Fourier transform: Wiener and Khinchin) of the differences between neighbours,
    with strong edges cut down to 12 levels, so that the picture's own do not drown what lies over them. The
    highest peak more than 20 pixels off, 0.05 or less counting as chance and 0.35 as certain.
    """
    h, w = (min(WINDOW, side) for side in grey.shape)
    top, left = (grey.shape[0] - h) // 2, (grey.shape[1] - w) // 2
    part = grey[top : top + h, left : left + w]
    if min(h, w) < 4 * NEAREST:
        return 0.0
    fine = part - _smoothed(part)
    fine = np.where(np.abs(fine) < FAINT, 0, np.clip(fine, -CLEARLY, CLEARLY))
    fine -= fine.mean(axis=0)  # a horizon is alike all along, too
    fine -= fine.mean(axis=1)[:, None]
    alike = fft.irfft2(np.abs(fft.rfft2(fine)) ** 2, fine.shape)
    itself = float(alike[0, 0])
    if itself < h * w * FAINTEST:
        return 0.0
    half = alike[: h // 2]
    half[:NEAREST, :NEAREST] = half[:NEAREST, -NEAREST:] = 0
    return (float(half.max()) / itself - CHANCE) / (CERTAIN - CHANCE)


def _smoothed(part: Plane) -> Plane:
    """The mean of nine neighbours, edges repeated."""
    padded = np.pad(part, 1, mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9, np.float32)
