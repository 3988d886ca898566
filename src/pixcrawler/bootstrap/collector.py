"""Python's cycle collector, told that what a program loads stays.

Loading PixCrawler makes hundreds of thousands of objects and drops none. With Python's usual thresholds the
collector walks through them dozens of times, and once more at the very end: a third of the time that a short
command takes.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLD = (50_000, 20, 20)


def spare_the_collector() -> None:
    """Before anything large is loaded: collect seldom, and not at the end of the process."""
    gc.set_threshold(*THRESHOLD)
    atexit.register(gc.freeze)


@contextmanager
def loading() -> Iterator[None]:
    """Nothing is collected while the body loads, and what it has loaded is never looked at again: a process
    that is forked afterwards shares those pages, as no collector writes to them."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
