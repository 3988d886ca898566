"""The container of API keys as people use them."""

from dataclasses import dataclass

from pixcrawler.application.identity.issue_api_key import IssueApiKey
from pixcrawler.application.identity.revoke_api_key import RevokeApiKey
from pixcrawler.application.identity.rotate_api_key import RotateApiKey
from pixcrawler.application.identity.show_key_usage import ShowKeyUsage
from pixcrawler.application.ports.api_keys import ApiKeyReads
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.limiter import Limiter
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.bootstrap.containers import containers, providers
from pixcrawler.domain.identity.key_text import KeyKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ApiKeys:
    issue: IssueApiKey
    rotate: RotateApiKey
    revoke: RevokeApiKey
    show_usage: ShowKeyUsage
    reads: ApiKeyReads


class ApiKeysContainer(containers.DeclarativeContainer):
    """``most_hourly``: requests that any key may make in an hour. ``limiter`` may be None."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    kind: providers.Dependency[KeyKind] = providers.Dependency()
    random: providers.Dependency[RandomBytes] = providers.Dependency()
    reads: providers.Dependency[ApiKeyReads] = providers.Dependency()
    limiter: providers.Dependency[Limiter | None] = providers.Dependency()
    most_hourly: providers.Dependency[int] = providers.Dependency()

    context = providers.Singleton(
        ApiKeys,
        issue=providers.Singleton(
            IssueApiKey,
            transaction=transaction,
            clock=clock,
            new_id=new_id,
            random=random,
            kind=kind,
            most_hourly=most_hourly,
        ),
        rotate=providers.Singleton(
            RotateApiKey, transaction=transaction, clock=clock, new_id=new_id, random=random, kind=kind
        ),
        revoke=providers.Singleton(RevokeApiKey, transaction=transaction, clock=clock),
        show_usage=providers.Singleton(
            ShowKeyUsage, reads=reads, limiter=limiter, clock=clock, most_hourly=most_hourly
        ),
        reads=reads,
    )
