"""Processes that must not outlive the one that started them."""

import sys


def end_with(parent: int) -> None:
    """Be killed when the process with this id, our parent, ends, however it ends (Linux).

    For a process that the parent's main thread has started: Linux watches threads, not processes.
    """
    if sys.platform == "linux":
        from pixcrawler.adapters.imaging.limits import die_with

        die_with(parent)
