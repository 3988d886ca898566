"""The vision model, if one is set."""

from contextlib import AsyncExitStack

from pixcrawler.adapters.fetching.trust import trusted
from pixcrawler.application.ports.labeler import Labeler
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.domain.imaging.labels import ModelRules
from pixcrawler.settings import Settings


async def labeler(base: Infrastructure, stack: AsyncExitStack) -> Labeler | None:
    """Its connections are closed with the stack."""
    given = base.settings.label
    if given.base_url is None or given.model is None:
        return None
    from pixcrawler.adapters.fetching.chat_client import ChatClient  # and httpx
    from pixcrawler.adapters.labelling import LABELERS

    chat = ChatClient(
        base_url=given.base_url,
        model=given.model,
        api_key=None if given.api_key is None else given.api_key.reveal(),
        timeout=given.timeout,
        tls=trusted(),
    )
    await stack.enter_async_context(chat)
    return LABELERS["openai_vision"](chat)


def rules(settings: Settings) -> ModelRules:
    given = settings.label
    on = given.base_url is not None and given.model is not None
    return ModelRules(
        threshold=given.threshold, most=given.max_images if on else 0, at_once=given.concurrency
    )
