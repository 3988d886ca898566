"""Which auth provider there is."""

import time
from contextlib import AsyncExitStack

from pixcrawler.adapters.auth.supabase_project import SupabaseProject
from pixcrawler.adapters.fetching.trust import trusted
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.bootstrap.built_in import built_in_provider
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.settings import Settings


async def identity_provider(base: Infrastructure, stack: AsyncExitStack) -> IdentityProvider:
    """Supabase where its anon key is set, else the one of this machine, which production refuses.

    Its connections are closed with the stack.
    """
    project = supabase_project(base.settings)
    if project is None:
        return built_in_provider(base.settings, base.engine, base.clock, base.new_id)
    from pixcrawler.adapters.auth.supabase import supabase_provider  # and httpx

    supabase = supabase_provider(project, tls=trusted(), clock=base.clock, ticks=time.monotonic)
    return await stack.enter_async_context(supabase)


def supabase_project(settings: Settings) -> SupabaseProject | None:
    """The one whose users are ours. The settings name it whole or not at all."""
    given = settings.supabase
    if given.anon_key is None or given.url is None or given.service_role_key is None:
        return None
    return SupabaseProject(
        url=given.url,
        anon_key=given.anon_key.reveal(),
        service_role_key=given.service_role_key.reveal(),
        jwt_secret=None if given.jwt_secret is None else given.jwt_secret.reveal(),
        audience=given.jwt_audience,
        issuer=given.jwt_issuer,
        timeout=given.timeout,
        forwards=given.forward_addresses,
    )
