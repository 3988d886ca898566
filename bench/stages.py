"""Where the time of one crawl went, told by its worker's log and by the origin's."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

CHUNK = "pixcrawler.crawling.run_chunk"
THEN = {
    "settle": "pixcrawler.crawling.settle_job",
    "build the version": "pixcrawler.datasets.build_version",
    "write the folder": "pixcrawler.datasets.write_export",
    "write the report": "pixcrawler.datasets.write_report",
}


def stages(home: Path, origin_log: Path, began: float, ended: float) -> dict[str, float]:
    """Seconds of each stage, one after the other; what lies between two counts for the later one.

    ``began`` and ``ended`` are the command's, in seconds since 1970.
    """
    done = _last_done(home)
    first = next(at for at, path in _asked(origin_log) if at >= began and path != "/robots.txt")
    marks = {"start, to the first picture asked for": first, "fetch and look": done[CHUNK]}
    marks |= {name: done[task] for name, task in THEN.items() if task in done}
    marks["leave"] = ended
    found, before = {}, began
    for name, at in marks.items():
        found[name] = round(at - before, 2)
        before = at
    return found


def ends(home: Path) -> dict[str, float]:
    """When each stage of the last crawl ended, in seconds since 1970; the first has the start, too."""
    done = _last_done(home)
    return {"fetch and look": done[CHUNK]} | {name: done[task] for name, task in THEN.items() if task in done}


def _last_done(home: Path) -> dict[str, float]:
    """When the last task of each name ended."""
    done: dict[str, float] = {}
    for file in (home / "logs").glob("*.log"):
        for line in file.read_text().splitlines():
            said = json.loads(line) if line.startswith("{") else {}
            if said.get("event") == "task_done":
                done[said["task"]] = datetime.fromisoformat(said["timestamp"]).timestamp()
    return done


def _asked(log: Path) -> Iterator[tuple[float, str]]:
    for line in log.read_text().splitlines():
        at, path = line.split(" ", 1)
        yield float(at), path
