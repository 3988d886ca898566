"""Near-duplicates that a test decided itself."""

from collections.abc import Collection, Sequence

from pixcrawler.domain.imaging.facts import Facts


class ListedNearDuplicates:
    """Pictures are alike when the pair of their phashes is listed, at any level but ``none``."""

    def __init__(self, alike: Collection[tuple[int, int]] = ()) -> None:
        self._alike = {frozenset(pair) for pair in alike}
        self.levels: list[str] = []

    def pairs(self, pictures: Sequence[Facts], level: str) -> list[tuple[int, int]]:
        self.levels.append(level)
        if level == "none":
            return []
        return [
            (i, j)
            for j, other in enumerate(pictures)
            for i, one in enumerate(pictures[:j])
            if frozenset((one.phash, other.phash)) in self._alike
        ]

    def sought(self, pictures: Sequence[Facts], level: str) -> tuple[list[int], int]:
        mine = {facts.phash for facts in pictures}
        return sorted(mine.union(*(pair for pair in self._alike if pair & mine))), 0
