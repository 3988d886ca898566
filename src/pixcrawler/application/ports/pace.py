"""How fast a host may be asked."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class HostPaused(Exception):
    """The host asked to be left alone for ``seconds`` more."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to be left alone for {seconds:.0f} s")
        self.seconds = seconds


class Pace(Protocol):
    """``host`` is a host name; hosts under one registrable domain share one pace."""

    def turn(self, host: str, *, patience: float) -> AbstractAsyncContextManager[None]:
        """The right to make one request now; waits for it. Waiting for a host delays no other host.

        Raises:
            HostPaused: the host asked for a pause that lasts longer than ``patience`` seconds.
        """
        ...

    def answered(self, host: str) -> None:
        """It answered normally: its rate slowly rises again."""
        ...

    def slow_down(self, host: str, pause: float) -> None:
        """It complained (429, 503): half the rate, and nothing at all for ``pause`` seconds."""
        ...

    def space_out(self, host: str, seconds: float) -> None:
        """At least this long between two starts (Crawl-delay)."""
        ...
