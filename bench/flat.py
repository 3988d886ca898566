"""Memory by the length of a job: `python -m bench.flat`.

One job on 2,000 small pictures, and one on 50,000, each with a new home; what all our processes hold at most,
and each kind of process. Flat means that the longer job needs no more than a tenth more.
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


def measure(room: Path, count: int) -> dict[str, Any]:
    web, home, out = room / "web", room / "home", room / "dataset"
    paths = small_pictures(web, count)
    with origin(web) as web_server, services(home) as servers:
        port, urls = web_server.port, room / "urls.txt"
        urls.write_text("".join(f"http://127.0.0.1:{port}/{path}\n" for path in paths))
        variables = environment(servers.home, **from_one_origin(port))
        with Watch(servers.keeper) as watch:
            ended = ended_well(crawl_line(urls, count, out), variables, watch.follow)
    job = json.loads(ended.said)["job"]
    for folder in (web, home, out):
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "candidates": count,
        "kept": job["accepted"],
        "seconds": round(ended.seconds, 1),
        "peak_pss_mib": _mib(watch.peak),
        "by_kind": {kind: _mib(peak) for kind, peak in sorted(watch.peaks.items())},
    }


def _mib(number: int) -> int:
    return round(number / 2**20)


def _table(rows: list[dict[str, Any]]) -> str:
    kinds = sorted({kind for row in rows for kind in row["by_kind"]})
    head = f"{'candidates':>11}{'kept':>8}{'seconds':>9}{'MiB PSS':>9}  highest of each kind"
    lines = [head]
    for row in rows:
        each = ", ".join(f"{kind} {row['by_kind'].get(kind, 0)}" for kind in kinds)
        lines.append(
            f"{row['candidates']:11,}{row['kept']:8,}{row['seconds']:9.1f}{row['peak_pss_mib']:9}  {each}"
        )
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
