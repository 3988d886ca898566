"""How long processes that nobody asks for anything are kept: starting them anew is cheap, and not free."""

from heapq import nlargest

LEAST = 2.0
"""Seconds."""
LONGER = 2
"""Times the second longest pause of late: who has come back after it twice comes back after it once more."""
MOST = 20.0
"""Seconds. Who comes back after more than that starts anew each time, which is a hundredth of a core."""
OF_LATE = 60.0
"""Seconds for which a pause counts, at least; twice that at most."""


class Patience:
    """Counts what is asked for and not answered yet, and notes the pauses in between.

    Pauses that come again and again are waited for, so steady slow work starts nothing anew; after quick
    work, and a single pause or two, ``least`` seconds are enough. All times are of one clock, in seconds.
    """

    def __init__(self, now: float, *, least: float = LEAST) -> None:
        self._least = least
        self._since: float | None = None
        self._window = int(now // OF_LATE)
        self._before: list[float] = []
        self._longest: list[float] = []
        self.wanted = 0

    def asked(self, now: float) -> None:
        if not self.wanted and self._since is not None:
            self._note(now - self._since, now)
        self.wanted += 1

    def answered(self, now: float) -> None:
        """Or given up by who had asked."""
        self.wanted -= 1
        self._since = now

    def is_over(self, now: float) -> bool:
        """Whether nothing has been asked for so long that it will be some time until something is."""
        if self.wanted or self._since is None:
            return False
        return now - self._since > max(self._least, min(LONGER * self._usual(now), MOST))

    def _note(self, pause: float, now: float) -> None:
        self._turn(now)
        if pause <= MOST:
            self._longest = nlargest(2, (*self._longest, pause))

    def _usual(self, now: float) -> float:
        self._turn(now)
        return min(nlargest(2, (0.0, 0.0, *self._before, *self._longest)))

    def _turn(self, now: float) -> None:
        """What counts for this minute comes to count for the one before, or is forgotten."""
        passed, self._window = int(now // OF_LATE) - self._window, int(now // OF_LATE)
        if passed:
            self._before = self._longest if passed == 1 else []
            self._longest = []
