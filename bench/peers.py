"""img2dataset in an environment of its own, and the ways in which it is run.

python -m bench.peers .cache/bench      # makes the environment and says where its program is
"""

import argparse
import json
import os
from collections import Counter
from pathlib import Path

import msgspec

from bench.environments import made

REQUIREMENTS = Path(__file__).with_name("peers.txt")


class Mode(msgspec.Struct, frozen=True):
    """One way to run the peer. ``keeps`` tells in words what comes out of it. ``spread``: the list is cut
    into so many shards that all its processes have work; its own default is 10,000 URLs in a shard, which
    is one process for a shorter list, however many it may use."""

    name: str
    keeps: str
    options: tuple[str, ...]
    spread: bool = False


AS_IT_COMES = (
    Mode("defaults", "its defaults: pictures shrunk to 256 pixels, with borders", ()),
    Mode(
        "validated",
        "validated originals: decoded to be sure, kept as they came",
        ("--resize_mode=no", "--skip_reencode=True", "--compute_hash=sha256"),
    ),
    Mode("undecoded", "no decoding at all: HTML pages are kept as .jpg", ("--disable_all_reencoding=True",)),
)
SPREAD = tuple(Mode(f"{mode.name}-spread", mode.keeps, mode.options, spread=True) for mode in AS_IT_COMES)
MODES = {mode.name: mode for mode in (*AS_IT_COMES, *SPREAD)}


class Outcome(msgspec.Struct, frozen=True):
    """What the peer says of its own work: URLs by what became of them."""

    count: int
    kept: int
    statuses: dict[str, int]


def peer_program(cache: Path) -> Path:
    """img2dataset's console script; its environment is made when it is not there."""
    return made(REQUIREMENTS, cache) / "bin" / "img2dataset"


def command(program: Path, mode: Mode, *, urls: Path, out: Path, count: int, processes: int) -> list[str]:
    """Its command line. Four shards a process keep all of them busy."""
    shard = max(-(-count // (4 * processes)), 1)
    return [
        str(program),
        f"--url_list={urls}",
        f"--output_folder={out}",
        f"--processes_count={processes}",
        *([f"--number_sample_per_shard={shard}"] * mode.spread),
        *mode.options,
    ]


def environment() -> dict[str, str]:
    """Without the look for a newer release that one of its libraries takes when it is imported."""
    return os.environ | {"NO_ALBUMENTATIONS_UPDATE": "1", "WANDB_MODE": "disabled"}


def outcome(out: Path) -> Outcome:
    count, kept, statuses = 0, 0, Counter[str]()
    for file in sorted(out.glob("*_stats.json")):
        shard = json.loads(file.read_bytes())
        count += shard["count"]
        kept += shard["successes"]
        statuses.update(shard["status_dict"])
    return Outcome(count, kept, dict(statuses))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cache", type=Path)
    print(peer_program(parser.parse_args().cache))


if __name__ == "__main__":
    main()
