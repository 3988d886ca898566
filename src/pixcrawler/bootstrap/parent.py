"""Processes that begin and end with the one that started them."""

import sys


def end_with(parent: int) -> None:
    """Be killed when the process with this id, our parent, ends, however it ends (Linux).

    For a process that the parent's main thread has started: Linux watches threads, not processes.
    """
    if sys.platform == "linux":
        from pixcrawler.adapters.imaging.limits import die_with

        die_with(parent)


def wait_until_told() -> None:
    """Until the parent writes a line to our stdin: it starts us early, as loading takes long, and lets us
    begin when all that we need is there. A parent that hangs up has changed its mind.
    """
    if not sys.stdin.buffer.readline():
        sys.exit(0)
