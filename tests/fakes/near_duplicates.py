"""Near-duplicates that a test decided itself."""

from collections.abc import Collection

from pixcrawler.domain.imaging.prints import Album


class ListedNearDuplicates:
    """Pictures are alike when the pair of their phashes is listed, at any level but ``none``."""

    def __init__(self, alike: Collection[tuple[int, int]] = ()) -> None:
        self._alike = {frozenset(pair) for pair in alike}
        self.levels: list[str] = []

    def pairs(self, pictures: Album, level: str) -> list[tuple[int, int]]:
        self.levels.append(level)
        if level == "none":
            return []
        listed = list(pictures)
        return [
            (i, j)
            for j, other in enumerate(listed)
            for i, one in enumerate(listed[:j])
            if frozenset((one.phash, other.phash)) in self._alike
        ]

    def sought(self, pictures: Album, level: str) -> tuple[list[int], int]:
        del level
        mine = {facts.phash for facts in pictures}
        return sorted(mine.union(*(pair for pair in self._alike if pair & mine))), 0
