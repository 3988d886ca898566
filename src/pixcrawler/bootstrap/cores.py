"""What this process may use of its machine, and the sizes that follow from it where none are set.

Measured with pictures of 135 kB: one core decodes about 270 of them a second, one fetching loop feeds about
900, which is a link of 1 Gbit/s. So a worker uses at most eight decoding children by itself; a larger machine
runs more workers.
"""

import math
import os
from pathlib import Path

from pixcrawler.settings import Settings

MOST_DECODERS = 8
FEWEST_CONNECTIONS = 3
PER_CORE = 32
FEWEST_FETCHES = 64
MOST_FETCHES = 256
"""A worker's chunks ask for no more than that at once."""

CGROUP = Path("/sys/fs/cgroup/cpu.max")


def cores(limit: Path = CGROUP) -> int:
    """Whole cores, at least one: those that this process may run on, and no more than its container's share
    of processor time (``cpu.max`` of cgroup v2: microseconds in each period of so many, or ``max``)."""
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = limit.read_text().split()
        share = math.inf if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        share = math.inf
    return max(1, min(allowed, math.ceil(share) if share < allowed else allowed))


def worker_processes(available: int | None = None) -> int:
    """Workers that fill the machine: one for each eight cores, rounded, and at least one."""
    return max(1, round((available or cores()) / MOST_DECODERS))


def decode_processes(settings: Settings, available: int | None = None) -> int:
    """Children that look at pictures: one for each core."""
    return settings.worker.decode_processes or min(available or cores(), MOST_DECODERS)


def beside_embedded(wanted: int, available: int | None = None) -> int:
    """Connections of a worker to a Postgres on the same cores, where ``wanted`` are allowed. More would wait
    for these cores, and each fills caches of 4 to 7 MB in Postgres."""
    return min(wanted, max(FEWEST_CONNECTIONS, (available or cores()) + 1))


def fetch_concurrency(settings: Settings, available: int | None = None) -> int:
    """Files on their way at once: on the open web most of the time of each is waiting."""
    wanted = PER_CORE * (available or cores())
    return settings.fetch.concurrency or min(max(wanted, FEWEST_FETCHES), MOST_FETCHES)
