"""Python's cycle collector, told that what a program loads stays.

Loading PixCrawler makes hundreds of thousands of objects and drops none. With Python's usual thresholds the
collector walks through them dozens of times, and once more at the very end: a third of the time that a short
command takes.
"""

import atexit
import gc

THRESHOLD = (50_000, 20, 20)


def spare_the_collector() -> None:
    """Before the large imports: collect seldom, and not at the end of the process."""
    gc.set_threshold(*THRESHOLD)
    atexit.register(gc.freeze)
