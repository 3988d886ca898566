"""Expanders over their settings."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pixcrawler.adapters.expansion import ExpanderContext, open_expanders
from pixcrawler.adapters.fetching.trust import trusted
from pixcrawler.application.crawling.expand_keywords import ExpandKeywords
from pixcrawler.settings import Settings


@asynccontextmanager
async def expansion(settings: Settings) -> AsyncIterator[ExpandKeywords]:
    """The use case alone, for who needs nothing else of the application."""
    given = settings.expansion
    async with AsyncExitStack() as stack:
        chat = None
        if given.llm_base_url is not None and given.llm_model is not None:
            from pixcrawler.adapters.fetching.chat_client import ChatClient  # and httpx

            key = given.llm_api_key
            chat = ChatClient(
                base_url=given.llm_base_url,
                model=given.llm_model,
                api_key=None if key is None else key.reveal(),
                timeout=given.llm_timeout,
                tls=trusted(),
            )
            await stack.enter_async_context(chat)
        context = ExpanderContext(wordnet_dir=given.wordnet_dir, chat=chat)
        yield ExpandKeywords(expanders=open_expanders(context), most=given.max)
