"""Memory by the length of a job: `python -m bench.flat`.

One job on 2,000 small pictures, one on 10,000 and one on 50,000, each with a new home: what all our processes
hold at most, in which stage, what each kind of process holds then, and the most in each stage. Flat means
that the longest job needs no more than a tenth more than the shortest.
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.memory import Watch
from bench.origin import origin
from bench.runs import crawl_line, ended_well, from_one_origin
from bench.services import environment, services
from bench.small_pictures import small_pictures
from bench.stages import ends


def measure(room: Path, count: int) -> dict[str, Any]:
    web, home, out = room / "web", room / "home", room / "dataset"
    paths = small_pictures(web, count)
    with origin(web) as web_server, services(home) as servers:
        port, urls = web_server.port, room / "urls.txt"
        urls.write_text("".join(f"http://127.0.0.1:{port}/{path}\n" for path in paths))
        variables = environment(servers.home, **from_one_origin(port))
        with Watch(servers.keeper) as watch:
            ended = ended_well(crawl_line(urls, count, out), variables, watch.follow)
        stages = ends(servers.home)
    job = json.loads(ended.said)["job"]
    for folder in (web, home, out):
        shutil.rmtree(folder, ignore_errors=True)
    by_stage = dict.fromkeys((*stages, "leave"), 0)
    for at, held in watch.samples:
        stage = next((name for name, end in stages.items() if at <= end), "leave")
        by_stage[stage] = max(by_stage[stage], _mib(sum(held.values())))
    _, at_peak = max(watch.samples, key=lambda sample: sum(sample[1].values()))
    return {
        "candidates": count,
        "kept": job["accepted"],
        "seconds": round(ended.seconds, 1),
        "peak_pss_mib": _mib(watch.peak),
        "stage": max(by_stage, key=by_stage.__getitem__),
        "at_peak": {kind: _mib(pss) for kind, pss in sorted(at_peak.items())},
        "by_stage": by_stage,
    }


def _mib(number: int) -> int:
    return round(number / 2**20)


def _table(rows: list[dict[str, Any]]) -> str:
    kinds = sorted({kind for row in rows for kind in row["at_peak"]})
    names = [name for name in rows[-1]["by_stage"] if name != "leave"]
    lines = [
        f"{'candidates':>11}{'kept':>8}{'seconds':>9}{'MiB PSS':>9}  in which stage, and which processes"
    ]
    for row in rows:
        each = ", ".join(f"{kind} {row['at_peak'].get(kind, 0)}" for kind in kinds)
        figures = f"{row['candidates']:11,}{row['kept']:8,}{row['seconds']:9.1f}{row['peak_pss_mib']:9}"
        lines.append(f"{figures}  {row['stage']}: {each}")
    lines.append("\nThe most in each stage:")
    for row in rows:
        each = ", ".join(f"{name} {row['by_stage'].get(name, 0)}" for name in names)
        lines.append(f"{row['candidates']:11,}  {each}")
    growth = rows[-1]["peak_pss_mib"] / rows[0]["peak_pss_mib"]
    lines.append(f"\nFrom the first to the last: {growth:.2f} times the memory.")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", default="2000,10000,50000", help="candidates of each job, with commas")
    parser.add_argument("--room", type=Path, default=Path("/dev/shm"), help="everything goes here")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    told = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    rows = []
    for count in (int(number) for number in told.counts.split(",")):
        with tempfile.TemporaryDirectory(prefix="bench-", dir=told.room) as room:
            Path(room).chmod(0o755)
            rows.append(measure(Path(room), count))
            print(rows[-1], file=sys.stderr, flush=True)
    print(json.dumps(rows, indent=2) if told.json else _table(rows))


if __name__ == "__main__":
    main()
