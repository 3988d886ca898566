"""More search texts for the keywords of a crawl, shown before anything is searched."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import click
import msgspec

from pixcrawler.application.crawling.expand_keywords import ExpandedKeyword, ExpansionWanted
from pixcrawler.domain.crawling.expansion import Method
from pixcrawler.domain.crawling.spec import Keyword
from pixcrawler.entrypoints.cli.request import CrawlRequest
from pixcrawler.settings import Settings


def expanded(request: CrawlRequest, settings: Settings) -> CrawlRequest:
    """The request with the texts that it will search for, each of them told on stderr. Raises DomainError."""
    plan = request.plan()
    method = Method(request.expand)
    wanted = ExpansionWanted(keywords=plan.keywords, method=method, exclude=request.exclude)
    found = asyncio.run(_asked(settings, wanted))
    for one in found:
        _tell(one)
    keywords = tuple(map(_with, plan.keywords, found))
    return replace(request, planned=msgspec.structs.replace(plan, keywords=keywords))


async def _asked(settings: Settings, wanted: ExpansionWanted) -> Sequence[ExpandedKeyword]:
    from pixcrawler.bootstrap.expansion import expansion

    async with expansion(settings) as expand:
        return await expand(wanted)


def _with(keyword: Keyword, found: ExpandedKeyword) -> Keyword:
    queries = (*keyword.queries, *(one.text for one in found.queries))
    return Keyword(found.keyword, found.label, queries, keyword.exclude)


def _tell(one: ExpandedKeyword) -> None:
    if one.sense:
        click.echo(f"“{one.keyword}” is taken as {one.sense}.", err=True)
    if one.notice:
        click.echo(f"“{one.keyword}”: {one.notice}", err=True)
    listed = "".join(f"\n    {further.text}  ({further.why})" for further in one.queries)
    what = f"also searched for, by {one.method}:" if listed else "nothing more to search for."
    click.echo(f"“{one.keyword}”: {what}{listed}", err=True)
