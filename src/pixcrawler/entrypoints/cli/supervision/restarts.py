"""How often, and how soon, a process that died is started again."""

from dataclasses import dataclass


@dataclass(slots=True)
class Restarts:
    """For one process. Times in seconds; who lived ``steady`` long has its earlier deaths forgiven."""

    first: float = 0.5
    longest: float = 15.0
    steady: float = 30.0
    most: int = 8
    deaths: int = 0

    def after(self, *, lived: float) -> float | None:
        """How long to wait now that it has died; None: it died too often in a row, give it up."""
        self.deaths = 1 if lived >= self.steady else self.deaths + 1
        if self.deaths > self.most:
            return None
        return min(self.first * 2.0 ** (self.deaths - 1), self.longest)
