"""imagededup's PHash, in an environment of its own; this file imports nothing else of the bench.

python imagededup_run.py pictures FOLDER    # JSON: seconds, pairs by threshold
python imagededup_run.py folder FOLDER      # as its users run it: pairs at most 4 apart
python imagededup_run.py known FILE         # 64-bit hashes, the last 20 of them asked for: seconds
"""

import json
import logging
import sys
import time
import types
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

THRESHOLDS = (4, 8, 10)
"""10 is its default."""


class _Absent(type):
    def __getattr__(cls, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class Absent(metaclass=_Absent):
    """Stands for torch, which PHash does not use and the package imports for its network."""

    def __init__(self, *_: object, **__: object) -> None:
        """Takes anything."""

    def __getattr__(self, name: str) -> object:
        return Absent()

    def __call__(self, *_: object, **__: object) -> object:
        return self


class _Module(types.ModuleType):
    __path__: list[str] = []  # noqa: RUF012 -- what makes it a package

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name.split(".", maxsplit=1)[0] in ("torch", "torchvision") else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing in it."""


def pictures(folder: str, phash: "PHash") -> dict[str, object]:
    began = time.perf_counter()
    hashes = phash.encode_images(folder, num_enc_workers=0)
    encoded = time.perf_counter() - began
    found = {}
    began = time.perf_counter()
    for threshold in THRESHOLDS:
        near = phash.find_duplicates(
            encoding_map=hashes, max_distance_threshold=threshold, num_dist_workers=0
        )
        found[threshold] = sorted({tuple(sorted((a, b))) for a, listed in near.items() for b in listed})
    searched = (time.perf_counter() - began) / len(THRESHOLDS)
    return {"encode": encoded, "search": searched, "read": sorted(hashes), "pairs": found}


def folder(path: str, phash: "PHash") -> dict[str, int]:
    hashes = phash.encode_images(path)
    near = phash.find_duplicates(encoding_map=hashes, max_distance_threshold=4)
    return {"read": len(hashes), "pairs": sum(map(len, near.values())) // 2}


def known(path: str, phash: "PHash") -> dict[str, float]:
    import numpy as np
    from imagededup.handlers.search.retrieval import HashEval  # type: ignore[import-not-found]

    lines = [f"{int(value):016x}" for value in np.fromfile(path, np.uint64)]
    test = {str(number): text for number, text in enumerate(lines[:-20])}
    asked = {f"new {number}": text for number, text in enumerate(lines[-20:])}
    taken = []
    for count in (1, 20):
        queries = dict(list(asked.items())[:count])
        began = time.perf_counter()
        HashEval(
            test=test, queries=queries, distance_function=phash.hamming_distance, verbose=False, threshold=4,
            search_method="brute_force_cython", num_dist_workers=0,
        )  # fmt: skip
        taken.append(time.perf_counter() - began)
    return {"one": taken[0], "each_further": (taken[1] - taken[0]) / 19}


if __name__ == "__main__":
    logging.disable()
    sys.meta_path.insert(0, _Finder())
    from imagededup.methods import PHash  # type: ignore[import-not-found]

    act = {"pictures": pictures, "folder": folder, "known": known}[sys.argv[1]]
    print(json.dumps(act(sys.argv[2], PHash(verbose=False))))
