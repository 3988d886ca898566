"""A process that has begun and runs for long: what it needs no more, it gives back soon."""

import gc

from pixcrawler.adapters.malloc import give_back, trim

THRESHOLD = (5_000, 5, 5)
"""What is left in cycles stays until it is collected: tens of MiB with thresholds for loading. What was there
at the beginning is never looked at, so looking often costs little."""

LARGE = 1024 * 1024
"""Bytes. glibc begins with an eighth of this and goes up, as far as 32 MiB, with the largest block that was
ever given back: who has settled a large job would keep its columns' room for good."""


def be_thrifty() -> None:
    """Once, when all is loaded."""
    gc.freeze()
    gc.set_threshold(*THRESHOLD)
    give_back(LARGE)


def rest() -> None:
    """When there is nothing to do: what a large job had among what stays goes back."""
    trim()
