"""Many small pictures, for what grows with their number: `small_pictures(folder, count)`."""

import io
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 96
COARSE = 12
PER_TASK = 500


def small_pictures(folder: Path, count: int) -> list[str]:
    """Write so many JPEGs of some 3 kB below ``folder``, seeded, each unlike the others to a perceptual
    hash; give their paths below it."""
    starts = range(0, count, PER_TASK)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        written = pool.map(partial(_write, folder, count), starts)
        return [path for paths in written for path in paths]


def _write(folder: Path, count: int, start: int) -> list[str]:
    place = folder / f"{start:07}"
    place.mkdir(parents=True)
    paths = []
    for number in range(start, min(start + PER_TASK, count)):
        (place / f"{number:07}.jpg").write_bytes(jpeg(number))
        paths.append(f"{start:07}/{number:07}.jpg")
    return paths


def jpeg(seed: int) -> bytes:
    """Smooth colour noise: as many degrees of freedom as a perceptual hash sees, and more."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (COARSE, COARSE, 3), dtype=np.uint8))
    body = io.BytesIO()
    coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(body, "JPEG", quality=85)
    return body.getvalue()
