"""Which lines of ours the tests reach: a plug-in for ``pytest -p tests.lines``.

Tracing every line doubles the processor time of a run. SlipCover's probes go once they were hit; Coverage.py
makes the reports of what they saw. The plug-in is loaded before anything imports what it is to see. Processes
that tests start are not looked into.
"""

import os
from pathlib import Path

import pytest
import slipcover
from coverage import CoverageData

_SOURCE = Path(__file__).parents[1] / "src" / "pixcrawler"

_counter = slipcover.Slipcover(source=[str(_SOURCE)])
_matcher = slipcover.FileMatcher(sources=[_SOURCE])
slipcover.ImportManager(_counter, _matcher).__enter__()
slipcover.wrap_spec_from_file_location(_counter, _matcher)  # as Alembic loads migrations


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Every process that ran tests leaves a file for ``scripts/coverage.sh``, and says after that that it is
    done: xdist kills it ten seconds later."""
    if session.config.pluginmanager.has_plugin("dsession"):
        return  # it only hands tests out to others
    files = _counter.get_coverage()["files"]
    lines = {str(Path(name).resolve()): found["executed_lines"] for name, found in files.items()}
    data = CoverageData(str(session.config.rootpath / ".coverage"), suffix=f"tests-{os.getpid()}")
    data.add_lines(lines)
    data.write()
