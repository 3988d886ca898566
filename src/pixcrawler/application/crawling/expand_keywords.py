"""Finding further search texts for keywords, so that they can be looked at before anything is searched."""

import asyncio
from collections.abc import Mapping

import msgspec

from pixcrawler.application.ports.expander import Expander, ExpanderFailed
from pixcrawler.application.ports.waiting import together
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.expansion import Expansion, Further, Method, fitting, without_sense
from pixcrawler.domain.crawling.spec import MAX_QUERIES, Keyword

AT_ONCE = 8
"""Texts that are expanded at the same time."""


class ExpansionWanted(msgspec.Struct, frozen=True, kw_only=True):
    """``most`` is per keyword; None: what the operator set. ``patience`` is in seconds for each keyword;
    None: as long as the expander itself takes."""

    keywords: tuple[Keyword, ...]
    method: Method
    exclude: tuple[str, ...] = ()
    most: int | None = None
    patience: float | None = None


class ExpandedKeyword(msgspec.Struct, frozen=True, kw_only=True):
    """A keyword and what else it would search for. ``method`` is what really made the proposals."""

    keyword: str
    label: str
    method: Method
    queries: tuple[Further, ...]
    sense: str | None
    notice: str | None


@use_case
class ExpandKeywords:
    """Ask the expander about each keyword; templates stand in for one that fails, and it is said."""

    expanders: Mapping[Method, Expander]
    most: int

    async def __call__(self, wanted: ExpansionWanted) -> tuple[ExpandedKeyword, ...]:
        """In the order of the keywords. Raises ExpanderOff."""
        most = min(self.most if wanted.most is None else wanted.most, MAX_QUERIES)
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(keyword: Keyword) -> tuple[Method, Expansion]:
            async with room:
                return await self._proposed(keyword, wanted, most)

        asked = await together(*map(ask, wanted.keywords if wanted.method is not Method.OFF else ()))
        plain = [without_sense(keyword, wanted.method) for keyword in wanted.keywords]
        taken = [text for keyword in plain for text in keyword.texts]
        found = []
        for keyword, (method, proposed) in zip(plain, asked, strict=False):
            left = max(0, min(most, MAX_QUERIES - len(keyword.texts)))
            kept = fitting(keyword, proposed.queries, exclude=wanted.exclude, taken=taken, most=left)
            taken += [one.text for one in kept]
            found.append(
                ExpandedKeyword(
                    keyword=keyword.text,
                    label=keyword.label,
                    method=method,
                    queries=kept,
                    sense=proposed.sense,
                    notice=proposed.notice,
                )
            )
        return tuple(found)

    async def _proposed(
        self, keyword: Keyword, wanted: ExpansionWanted, most: int
    ) -> tuple[Method, Expansion]:
        exclude = (*wanted.exclude, *keyword.exclude)
        try:
            async with asyncio.timeout(wanted.patience):
                return wanted.method, await self._all(wanted.method, keyword, exclude, most)
        except ExpanderFailed as error:
            why = str(error)
        except TimeoutError:
            why = f"There was no answer within {wanted.patience:g} seconds."
        instead = await self._all(Method.TEMPLATES, keyword, exclude, most)
        notice = f"{why} Templates were used instead."
        return Method.TEMPLATES, msgspec.structs.replace(instead, notice=notice)

    async def _all(self, method: Method, keyword: Keyword, exclude: tuple[str, ...], most: int) -> Expansion:
        """For all texts of the keyword, which ``OR`` may have given it."""
        expander = self.expanders[method]
        asked = (expander.expand(text, exclude=exclude, most=most) for text in keyword.texts if text)
        parts = await together(*asked)
        return Expansion(
            queries=tuple(one for part in parts for one in part.queries),
            sense=" ".join(part.sense for part in parts if part.sense) or None,
            notice=" ".join(part.notice for part in parts if part.notice) or None,
        )
