"""Processes that begin and end with the one that started them."""

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What the program was given, with options of every process that another one may start: these have been
    followed when this returns."""
    parser.add_argument(
        "--with-parent", type=int, metavar="PID", help="end when this process, the parent, ends"
    )
    parser.add_argument("--when-told", action="store_true", help="begin when a line comes on stdin")
    given = parser.parse_args()
    if given.with_parent is not None:
        end_with(given.with_parent)
    if given.when_told:
        _wait_until_told()
    return given


def end_with(parent: int) -> None:
    """Be killed when the process with this id, our parent, ends, however it ends (Linux).

    For a process that the parent's main thread has started: Linux watches threads, not processes.
    """
    if sys.platform == "linux":
        from pixcrawler.adapters.imaging.limits import die_with

        die_with(parent)


def _wait_until_told() -> None:
    """Until the parent writes a line to our stdin: it starts us early, as loading takes long, and lets us
    begin when all that we need is there. A parent that hangs up has changed its mind.
    """
    if not sys.stdin.buffer.readline():
        sys.exit(0)
