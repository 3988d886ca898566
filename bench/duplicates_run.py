"""Our side, in a process of its own: look at every file of a folder, find pairs at every level.

python -m bench.duplicates_run FOLDER    # JSON: seconds, pairs by level
"""

import json
import sys
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.near import LEVELS, SMOOTH, MultiIndexNearDuplicates
from pixcrawler.domain.imaging.facts import Facts


def main(folder: Path) -> None:
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    began = time.perf_counter()
    facts = [look(path.read_bytes()) for path in paths]
    encoded = time.perf_counter() - began
    near = MultiIndexNearDuplicates()
    found = {}
    began = time.perf_counter()
    listed = {level: near.pairs(facts, level) for level in LEVELS}
    searched = (time.perf_counter() - began) / len(LEVELS)
    for level, pairs in listed.items():
        found[level] = [(paths[one].name, paths[other].name) for one, other in spread(pairs, facts)]
    told = {"encode": encoded, "search": searched, "read": [path.name for path in paths], "pairs": found}
    print(json.dumps(told))


def spread(pairs: Sequence[tuple[int, int]], facts: Sequence[Facts]) -> set[tuple[int, int]]:
    """Of pictures with equal hashes and shapes the index pairs only the first with each other; here each
    is paired with each."""
    twins: dict[tuple[float, ...], list[int]] = {}
    for number, one in enumerate(facts):
        twins.setdefault((one.phash, one.dhash, one.detail < SMOOTH, one.width / one.height), []).append(
            number
        )
    of = {number: together for together in twins.values() for number in together}
    both = (product(of[one], of[other]) for one, other in pairs)
    return {(one, other) for each in both for one, other in each if one < other}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
