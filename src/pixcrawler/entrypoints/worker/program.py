"""``python -m pixcrawler.entrypoints.worker [--lane LANE] [--out DIR] [--with-parent PID] [--when-told]``."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from pixcrawler.bootstrap.collector import loading, spare_the_collector
from pixcrawler.bootstrap.interrupts import as_usual
from pixcrawler.bootstrap.parent import arguments


def main() -> int:
    """0 after a clean stop; 2 for wrong settings, 5 when a service does not come up."""
    spare_the_collector()
    with loading():
        from pixcrawler.bootstrap.http_client import load_http_client
        from pixcrawler.bootstrap.logs import set_up_logs
        from pixcrawler.domain.crawling.job import SHARED
        from pixcrawler.domain.shared.errors import DomainError, Invalid
        from pixcrawler.entrypoints.worker.main import work
        from pixcrawler.settings import load_settings

        load_http_client(os.environ)
    as_usual()

    parser = argparse.ArgumentParser(prog="pixcrawler worker", description="Serve the task queue.")
    parser.add_argument("--lane", default=SHARED, help="whose jobs to work on (default: the platform's)")
    parser.add_argument("--out", type=Path, help="the one folder that exports may be written to")
    given = arguments(parser)
    try:
        settings = load_settings(os.environ, Path(".env"))
        set_up_logs(settings.pixcrawler, coloured=not os.environ.get("NO_COLOR"))
        with asyncio.Runner(loop_factory=_fast_loop) as runner:
            runner.run(work(settings, lane=given.lane, out=given.out, farewell=given.with_parent is None))
    except DomainError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, Invalid) else 5
    return 0


def _fast_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # not on Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
