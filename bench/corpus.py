"""Makes the benchmark's corpus: 3,000 URLs' worth of photograph-like pictures and the usual faults.

Seeded: the same seed and count give the same files with the same versions of Pillow and numpy. It takes a
few minutes on two cores, once; `open_corpus` finds it again.

    python -m bench.corpus .cache/bench --count 3000
"""

import argparse
import io
import json
import math
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from bench.photograph import photograph

VERSION = 1

# Of 3,000. The last three kinds are made from files of the first three.
SHARES = {
    "jpeg": 2378,
    "webp": 153,
    "png": 135,
    "truncated": 71,
    "html": 55,
    "missing": 72,
    "exact": 55,
    "near": 81,
}
GOOD = frozenset({"jpeg", "webp", "png"})
SUFFIXES = {"webp": "webp", "png": "png"}
PROGRESSIVE = 0.265

# File sizes are log-normal with 35, 99 and 290 kB at 10, 50 and 90 percent; so is the weight of a pixel.
MEDIAN_BYTES, SPREAD_BYTES = 101_500, 0.80
BYTES_PER_PIXEL = {"jpeg": 0.163, "truncated": 0.163, "webp": 0.12, "png": 1.5}
SPREAD_WEIGHT = 0.3
ASPECTS = ((4, 3), (3, 2), (16, 9), (1, 1), (3, 4), (2, 3))


class Entry(msgspec.Struct, frozen=True):
    """One URL's path and what stands there. ``of`` is the path of the picture that a duplicate copies."""

    path: str
    kind: str
    of: str | None = None


class Corpus(msgspec.Struct, frozen=True):
    """``folder`` is what the origin serves; entries are in the order of the URL list."""

    folder: Path
    entries: tuple[Entry, ...]

    def counts(self) -> Counter[str]:
        return Counter(entry.kind for entry in self.entries)


def open_corpus(cache: Path, *, count: int = 3000, seed: int = 1, processes: int | None = None) -> Corpus:
    """Find the corpus in the cache, or make it there; killed half-way, it is made anew."""
    home = cache / f"corpus-v{VERSION}-{seed}-{count}"
    if not home.exists():
        part = home.with_name(f"{home.name}.part-{os.getpid()}")
        try:
            _make(part, count, seed, processes or os.cpu_count() or 1)
            part.rename(home)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    entries = msgspec.json.decode((home / "entries.json").read_bytes(), type=tuple[Entry, ...])
    return Corpus(home / "web", entries)


def _make(home: Path, count: int, seed: int, processes: int) -> None:
    web = home / "web"
    (web / "i").mkdir(parents=True)
    (web / "robots.txt").write_text("User-agent: *\nAllow: /\n")
    entries = plan(count, seed)
    work = partial(_write, web, seed)
    stages = [e for e in entries if e.of is None], [e for e in entries if e.of is not None]
    if processes == 1:
        for entry in (entry for stage in stages for entry in stage):
            work(entry)
    else:
        _share_out(work, stages, processes)
    (home / "entries.json").write_bytes(msgspec.json.encode(entries))
    (home / "about.json").write_text(json.dumps(describe(Corpus(web, entries)), indent=2) + "\n")


def _share_out(work: Callable[[Entry], None], stages: Sequence[Sequence[Entry]], processes: int) -> None:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for stage in stages:
            for done, _ in enumerate(pool.map(work, stage, chunksize=8), 1):
                if done % 100 == 0 or done == len(stage):
                    print(f"corpus: {done} of {len(stage)}", file=sys.stderr, flush=True)


def plan(count: int, seed: int) -> tuple[Entry, ...]:
    """What each URL is, shuffled; a small corpus has the same shares."""
    dice = random.Random(seed)
    kinds = [kind for kind, number in _shares(count).items() for _ in range(number)]
    dice.shuffle(kinds)
    paths = [f"i/{number:05}.{SUFFIXES.get(kind, 'jpg')}" for number, kind in enumerate(kinds)]
    whole = [path for path, kind in zip(paths, kinds, strict=True) if kind in GOOD]
    photos = iter(dice.sample([path for path in whole if path.endswith("jpg")], kinds.count("near")))
    copied = iter(dice.sample(whole, kinds.count("exact")))
    sources = {"near": photos, "exact": copied}
    entries = []
    for path, kind in zip(paths, kinds, strict=True):
        of = next(sources[kind]) if kind in sources else None
        # A copy keeps its picture's suffix, as a mirror would.
        name = path if kind != "exact" or of is None else f"{path.rpartition('.')[0]}.{of.rpartition('.')[2]}"
        entries.append(Entry(name, kind, of))
    return tuple(entries)


def _shares(count: int) -> dict[str, int]:
    """``SHARES`` scaled; what rounding leaves over is photographs."""
    scaled = {kind: max(round(share * count / 3000), 1) for kind, share in SHARES.items()}
    scaled["jpeg"] += count - sum(scaled.values())
    if scaled["jpeg"] <= scaled["near"]:
        raise SystemExit("--count must be at least 20")
    return scaled


def _write(web: Path, seed: int, entry: Entry) -> None:
    target = web / entry.path
    number = int(Path(entry.path).stem)
    match entry.kind:
        case "missing":
            return
        case "exact":
            os.link(web / str(entry.of), target)
        case "near":
            target.write_bytes(
                _variant((web / str(entry.of)).read_bytes(), random.Random(f"{seed} {number}"))
            )
        case "html":
            target.write_bytes(_page(random.Random(f"{seed} {number}")))
        case _:
            target.write_bytes(_picture(entry.kind, number, random.Random(f"{seed} {number}")))


def _variant(original: bytes, dice: random.Random) -> bytes:
    """The same picture, re-encoded or made smaller: what mirrors and content networks do."""
    image = Image.open(io.BytesIO(original)).convert("RGB")
    if dice.random() < 0.5:
        scale = dice.uniform(0.5, 0.9)
        size = (round(image.width * scale), round(image.height * scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return _jpeg(image, dice.randint(60, 90), progressive=False)


def _page(dice: random.Random) -> bytes:
    rows = "".join(f"<p>Item {number}: {dice.random()}</p>\n" for number in range(dice.randint(20, 800)))
    return f"<!doctype html><html><head><title>Sign in</title></head><body>{rows}</body></html>".encode()


def _picture(kind: str, number: int, dice: random.Random) -> bytes:
    wanted = MEDIAN_BYTES * math.exp(dice.gauss(0, SPREAD_BYTES))
    wanted = min(max(wanted, 6_000), 2_500_000)
    weight = BYTES_PER_PIXEL[kind] * math.exp(dice.gauss(0, SPREAD_WEIGHT))
    across, down = dice.choice(ASPECTS)
    unit = math.sqrt(min(max(wanted / weight, 30_000), 9_000_000) / (across * down))
    image = photograph(number * 1_000 + dice.randrange(1_000), round(across * unit), round(down * unit))
    progressive = dice.random() < PROGRESSIVE
    match kind:
        case "png":
            return _png(image, wanted)
        case "webp":
            return _fitted(partial(_webp, image), wanted)
        case "truncated":
            whole = _fitted(partial(_jpeg, image, progressive=progressive), wanted)
            return whole[: int(len(whole) * dice.uniform(0.3, 0.95))]
        case _:
            return _fitted(partial(_jpeg, image, progressive=progressive), wanted)


def _fitted(encode: Callable[[int], bytes], wanted: float) -> bytes:
    """The encoding whose size comes nearest, found by halving the range of qualities."""
    low, high = 45, 96
    best = encode(78)
    quality = 78
    while low <= high:
        low, high = (low, quality - 1) if len(best) > wanted else (quality + 1, high)
        if low > high or abs(len(best) - wanted) < wanted * 0.05:
            break
        quality = (low + high) // 2
        best = encode(quality)
    return best


def _jpeg(image: Image.Image, quality: int, *, progressive: bool) -> bytes:
    return _encoded(image, "JPEG", quality=quality, progressive=progressive)


def _webp(image: Image.Image, quality: int) -> bytes:
    return _encoded(image, "WEBP", quality=quality, method=2)


def _png(image: Image.Image, wanted: float) -> bytes:
    """Cut to the part that comes near the size, since PNG has no quality."""
    body = _encoded(image, "PNG", compress_level=6)
    for _ in range(3):
        scale = math.sqrt(wanted / len(body))
        if scale > 0.93:
            break
        image = image.crop((0, 0, max(int(image.width * scale), 64), max(int(image.height * scale), 64)))
        body = _encoded(image, "PNG", compress_level=6)
    return body


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def describe(corpus: Corpus) -> dict[str, Any]:
    """The figures that a reader compares with those in bench/README.md."""
    sizes, pixels, jpegs, progressive = [], [], 0, 0
    for entry in corpus.entries:
        file = corpus.folder / entry.path
        if entry.kind == "missing":
            continue
        sizes.append(file.stat().st_size)
        if entry.kind in ("html", "truncated"):
            continue
        with Image.open(file) as image:
            pixels.append(image.width * image.height)
            jpegs += image.format == "JPEG"
            progressive += "progressive" in image.info
    sizes.sort()
    return {
        "urls": len(corpus.entries),
        "kinds": dict(corpus.counts()),
        "megabytes": round(sum(sizes) / 1e6, 1),
        "mean_kilobytes": round(sum(sizes) / len(sizes) / 1e3, 1),
        "kilobytes_p10_p50_p90": [round(_at(sizes, share) / 1e3) for share in (0.1, 0.5, 0.9)],
        "mean_megapixels": round(sum(pixels) / len(pixels) / 1e6, 2),
        "progressive_share_of_jpegs": round(progressive / jpegs, 3),
    }


def _at(ordered: Sequence[int], share: float) -> int:
    return ordered[int(share * (len(ordered) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cache", type=Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int)
    told = parser.parse_args()
    corpus = open_corpus(told.cache, count=told.count, seed=told.seed, processes=told.processes)
    print(json.dumps(describe(corpus), indent=2))


if __name__ == "__main__":
    main()
