"""The first and the last moments of every program of ours.

Thin, with no import but ``sys``, so that a Ctrl-C right after the start is told like any other: exit code
130, no traceback.
"""

import sys

TYPE_CHECKING = False  # what type checkers take for True; not imported, as every start would pay for it

if TYPE_CHECKING:
    from collections.abc import Callable


def run(program: "Callable[[], int]") -> int:
    """What ``program`` gives, the exit code. It loads what it needs by itself, and calls ``as_usual`` as soon
    as there is something to put in order: before that and afterwards a Ctrl-C ends the process at once."""
    try:
        from pixcrawler.bootstrap.interrupts import end_at_once

        end_at_once()
        try:
            return program()
        finally:
            end_at_once()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130
