"""What belongs together because it is joined, directly or through others."""

from collections import defaultdict
from collections.abc import Iterator


class Together:
    """Disjoint sets of numbers (Tarjan 1975, with path halving). Only what was joined is held."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def root(self, number: int) -> int:
        """The smallest number that it is joined with; itself, if with none."""
        parent = self._parent
        while (above := parent.get(number, number)) != number:
            parent[number] = number = parent[above]
        return number

    def group_of(self, number: int) -> int | None:
        """The same, or None when it was never joined with any."""
        return self.root(number) if number in self._parent else None

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._parent.setdefault(low, low)
        self._parent[high] = low

    def groups(self) -> Iterator[list[int]]:
        """Of two numbers or more, each sorted, by their smallest."""
        together: dict[int, list[int]] = defaultdict(list)
        for number in sorted(self._parent):
            together[self.root(number)].append(number)
        return (group for group in together.values() if len(group) > 1)
