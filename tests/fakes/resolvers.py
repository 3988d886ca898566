"""Name systems with known answers."""

from collections.abc import Mapping, Sequence


class TableResolver:
    """Answers from a table and counts the questions. A list of lists gives one answer after the other,
    the last for ever: a name that rebinds."""

    def __init__(self, answers: Mapping[str, Sequence[str] | Sequence[Sequence[str]]]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    async def resolve(self, host: str, /) -> Sequence[str]:
        turn = self.asked.count(host)
        self.asked.append(host)
        found = self._answers.get(host)
        if found is None:
            raise OSError(-2, "Name or service not known")
        flat = [item for item in found if isinstance(item, str)]
        if flat or not found:
            return flat
        series = [list(item) for item in found]
        return series[min(turn, len(series) - 1)]
