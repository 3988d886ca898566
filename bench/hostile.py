"""What slow and dead hosts cost the others: `python -m bench.hostile`.

A hundred hosts, each with as many pictures, in turns: ninety good ones alone, and beside ten hostile ones
(silent, dripping, stalled, failing, busy, endless, resetting, looping, slow to begin, lying about a
length). The figure is how fast the good ones' pictures came, by their servers' own clock, from the first to
the last but a hundredth: beside hostile neighbours against alone, in pairs. The claim is 80 % at least.
"""

import argparse
import json
import shutil
import signal
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.ports import free_port, wait_until_open
from bench.runs import crawl_line, ended_well
from bench.services import environment, services
from bench.small_pictures import small_pictures

HOSTS, HOSTILE = 100, 10


def urls(paths: list[str], port: int, hostile: int) -> list[str]:
    """Hosts take turns in the list; the hostile ones stand among the good."""
    good = HOSTS - HOSTILE
    step = good // HOSTILE
    found = []
    for start in range(0, len(paths), good):
        for number, path in enumerate(paths[start : start + good]):
            found.append(f"http://127.1.0.{number + 1}:{port}/{path}")
            if hostile and number % step == 0:
                found.append(f"http://127.1.1.{number // step}:{port}/{path}")
    return found


def measure(room: Path, paths: list[str], hostile: int) -> dict[str, Any]:
    home, out, log = room / "home", room / "dataset", room / "sent.log"
    port = free_port()
    line = [sys.executable, "-m", "bench.hostile_origin", str(room / "web"), str(port), str(log)]
    with subprocess.Popen(line, stderr=subprocess.DEVNULL) as origin, services(home) as servers:
        try:
            wait_until_open(port, origin, log)
            listed = urls(paths, port, hostile)
            (room / "urls.txt").write_text("\n".join(listed) + "\n")
            settings = {
                "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.1.0.0/16:{port}",
                "FETCH_PER_HOST_RATE": "0",
                "FETCH_RESPECT_ROBOTS": "false",
            }
            variables = environment(servers.home, **settings)
            ended = ended_well(crawl_line(room / "urls.txt", len(listed), out), variables)
        finally:
            origin.send_signal(signal.SIGINT)
    sent = sorted(float(one) for one in log.read_text().split())
    nearly_all = sent[: len(sent) - len(sent) // 100]
    for folder in (home, out):
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "per_second": len(nearly_all) / (nearly_all[-1] - nearly_all[0]),
        "seconds": ended.seconds,
        "kept": json.loads(ended.said)["job"]["accepted"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--per-host", type=int, default=20, help="pictures of each host")
    parser.add_argument("--rounds", type=int, default=5, help="pairs")
    parser.add_argument(
        "--room", type=Path, default=Path("/dev/shm/bench-hostile"), help="everything goes here"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    told.room.mkdir(parents=True)
    try:
        paths = small_pictures(told.room / "web", (HOSTS - HOSTILE) * told.per_host)
        pairs = []
        for number in range(told.rounds):
            alone, beside = measure(told.room, paths, 0), measure(told.room, paths, HOSTILE)
            pairs.append(
                {"alone": alone, "beside": beside, "share": beside["per_second"] / alone["per_second"]}
            )
            print(f"pair {number + 1}: {pairs[-1]['share']:.2f}", file=sys.stderr)
    finally:
        shutil.rmtree(told.room, ignore_errors=True)
    share = statistics.median(pair["share"] for pair in pairs)
    if told.json:
        print(json.dumps({"share": share, "pairs": pairs}, indent=2))
        return
    print(f"{'pair':>4}{'alone /s':>10}{'beside /s':>11}{'share':>7}{'whole job, s':>16}")
    for number, pair in enumerate(pairs, start=1):
        alone, beside = pair["alone"], pair["beside"]
        print(
            f"{number:4}{alone['per_second']:10.0f}{beside['per_second']:11.0f}{pair['share']:7.2f}"
            f"{alone['seconds']:8.1f}{beside['seconds']:8.1f}"
        )
    print(f"\nBeside {HOSTILE} hostile hosts the good ones keep {share:.0%} (median).")


if __name__ == "__main__":
    main()
