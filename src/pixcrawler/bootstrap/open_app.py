"""Opening the whole application."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pixcrawler.bootstrap.app import App
from pixcrawler.bootstrap.building import Opened, build
from pixcrawler.bootstrap.capacity import check_capacity
from pixcrawler.bootstrap.cores import decode_processes
from pixcrawler.bootstrap.expansion import expansion
from pixcrawler.bootstrap.health import platform_health
from pixcrawler.bootstrap.identity import recording
from pixcrawler.bootstrap.identity_provider import identity_provider
from pixcrawler.bootstrap.idle import Idle, Tools
from pixcrawler.bootstrap.imaging import imaging
from pixcrawler.bootstrap.infrastructure import Infrastructure, infrastructure
from pixcrawler.bootstrap.labelling import labeler
from pixcrawler.bootstrap.limits import limits, redis_limiter
from pixcrawler.bootstrap.links import links
from pixcrawler.bootstrap.servers import prepare
from pixcrawler.bootstrap.sources import sources
from pixcrawler.settings import Settings


@asynccontextmanager
async def open_app(
    settings: Settings, *, works: bool = False, out: Path | None = None, farewell: bool = True
) -> AsyncIterator[App]:
    """Servers, schema, pools, use cases; closed on exit.

    A process that ``works`` on tasks has children that decode pictures; ``out`` is the one folder that
    its exports may fill. ``farewell``: see ``servers``.

    Raises:
        Unavailable, Conflict: a server does not come up, or its schema is not this program's.
    """
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(infrastructure(settings, works=works, farewell=farewell))
        await prepare(settings, base.servers)
        if works and not base.servers.embedded:
            await check_capacity(settings, base.servers, workers=1)
        app = build(await _opened(base, stack, works=works, out=out))
        await stack.enter_async_context(recording(app.identity.record_key_uses))
        yield app


async def _opened(base: Infrastructure, stack: AsyncExitStack, *, works: bool, out: Path | None) -> Opened:
    limiter = redis_limiter(base, stack)
    return Opened(
        base=base,
        tools=await _tools(base, stack, works=works),
        health=platform_health(base, stack, limiter),
        pictures=imaging(base, stack),
        expand=await stack.enter_async_context(expansion(base.settings)),
        model=await labeler(base, stack),
        provider=await identity_provider(base, stack),
        sources=sources(base, stack),
        limits=limits(base.settings, limiter),
        links=links(base),
        out=out,
    )


async def _tools(base: Infrastructure, stack: AsyncExitStack, *, works: bool) -> Tools:
    if works:
        from pixcrawler.bootstrap.decoding import inspector

        decoders = inspector(base.settings, decode_processes(base.settings))
        await stack.enter_async_context(decoders)
        from pixcrawler.bootstrap.tools import working_tools

        return await stack.enter_async_context(working_tools(base, decoders))
    idle = Idle()
    return Tools(
        fetcher=idle,
        inspector=idle,
        near_duplicates=idle,
        converter=idle,
        reports=idle,
        repacker=idle,
        bells=idle,
    )
