"""A program with a warm process, which does with it what it reads, one JSON list a line, and answers so.

``python -m tests.integration.cli.warm_host FILE``: FILE is something that it alone has open.
``python -m tests.integration.cli.warm_host --storm N``: forks N times, whatever interrupts it.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import Any

from pixcrawler.entrypoints.cli.warm_process import WarmProcess


def main(mine: str) -> None:
    os.open(mine, os.O_RDWR | os.O_CREAT)
    warm = WarmProcess()
    _answer(warm.pid)
    for line in sys.stdin:
        _answer(_done(warm, *json.loads(line)))


def _done(warm: WarmProcess, act: str, *arguments: Any) -> Any:
    if act == "tell half":
        os.write(warm._say, b'["half a')
        return None
    try:
        return getattr(warm, act)(*arguments)
    except subprocess.TimeoutExpired:
        return "too long"


def _answer(said: Any) -> None:
    print(json.dumps(said), flush=True)


def storm(number: int) -> None:
    """Whoever is interrupted and is not this process says so."""
    host = os.getpid()

    def interrupted(*_: object) -> None:
        if os.getpid() != host:
            print("a warm process was interrupted", file=sys.stderr, flush=True)

    signal.signal(signal.SIGINT, interrupted)
    print("ready", file=sys.stderr, flush=True)
    for _ in range(number):
        warm = WarmProcess()
        warm._let_go()
        warm.wait()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    if sys.argv[1] == "--storm":
        storm(int(sys.argv[2]))
    else:
        with contextlib.suppress(KeyboardInterrupt):
            main(sys.argv[1])
