"""How long processes that nobody asks for anything are kept: starting them anew is cheap, and not free."""

LEAST = 2.0
"""Seconds."""
AT_FIRST = 5
"""Times the least: what was started before anything was asked for is about to be."""
LONGER = 2
"""Times the longest pause of late: who came back after it comes back after the next one."""
MOST = 60.0
"""Seconds. Longer pauses cost a new start and are no reason to wait for the next; shorter ones count for at
least so long, and at most for twice that."""


class Patience:
    """Counts what is asked for and not answered yet, and notes the pauses in between.

    Twice the longest pause of the last minute or two is waited for, so steady work starts nothing anew,
    however slow it is; after quick work, ``least`` seconds. All times are of one clock, in seconds.
    """

    def __init__(self, now: float, *, least: float = LEAST) -> None:
        self._least = least
        self._since = now
        self._begun = False
        self._minute = int(now // MOST)
        self._before = self._longest = 0.0
        self.wanted = 0

    def asked(self, now: float) -> None:
        if not self.wanted and self._begun:
            self._note(now - self._since, now)
        self._begun = True
        self.wanted += 1

    def answered(self, now: float) -> None:
        """Or given up by who had asked."""
        self.wanted -= 1
        self._since = now

    def is_over(self, now: float) -> bool:
        """Whether nothing has been asked for so long that it will be some time until something is."""
        if self.wanted:
            return False
        enough = self._least if self._begun else AT_FIRST * self._least
        return now - self._since > max(enough, min(LONGER * self._remembered(now), MOST))

    def _note(self, pause: float, now: float) -> None:
        self._turn(now)
        if pause <= MOST:
            self._longest = max(self._longest, pause)

    def _remembered(self, now: float) -> float:
        self._turn(now)
        return max(self._before, self._longest)

    def _turn(self, now: float) -> None:
        """The longest pause of this minute becomes that of the minute before, or is forgotten."""
        passed, self._minute = int(now // MOST) - self._minute, int(now // MOST)
        if passed:
            self._before = self._longest if passed == 1 else 0.0
            self._longest = 0.0
