"""Who proposes further search texts."""

from typing import Protocol

from pixcrawler.domain.crawling.expansion import Expansion
from pixcrawler.domain.shared.errors import Disabled, Unavailable


class ExpanderOff(Disabled):
    """The operator has not set it up; the sentence says how."""

    code = "EXPANSION_DISABLED"


class ExpanderFailed(Unavailable):
    """It was asked and gave nothing usable. The sentence says why and quotes nothing of the answer."""

    code = "EXPANSION_FAILED"


class Expander(Protocol):
    """One way to find further search texts for a keyword."""

    async def expand(self, text: str, *, exclude: tuple[str, ...], most: int) -> Expansion:
        """About ``most`` proposals, best first; who asked checks and cuts them. What stands in quotes in
        ``text`` is an exact phrase and stays as it is.

        Raises:
            ExpanderOff, ExpanderFailed
        """
        ...
