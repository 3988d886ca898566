"""The auth provider of one machine. In a file of its own: Supabase's client takes long to load."""

import secrets

from pixcrawler.adapters.auth.built_in import BuiltInProvider
from pixcrawler.adapters.auth.passwords import Passwords
from pixcrawler.adapters.postgres.accounts import PostgresAccountStore
from pixcrawler.adapters.postgres.engine import Engine
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.settings import Settings


def built_in_provider(settings: Settings, engine: Engine, clock: Clock, new_id: NewId) -> BuiltInProvider:
    """Raises BuiltInRefused in staging and production."""
    return BuiltInProvider(
        PostgresAccountStore(engine),
        environment=settings.pixcrawler.environment,
        clock=clock,
        new_id=new_id,
        random=secrets.token_bytes,
        passwords=Passwords(),
    )
