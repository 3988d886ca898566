"""Opening the whole application."""

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from dependency_injector import providers

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.postgres.accounts import PostgresAccountStore
from pixcrawler.adapters.postgres.activity_reads import PostgresActivityReads
from pixcrawler.adapters.postgres.dashboard_reads import PostgresDashboardReads
from pixcrawler.adapters.postgres.dataset_reads import PostgresDatasetReads
from pixcrawler.adapters.postgres.job_reads import PostgresJobReads
from pixcrawler.adapters.postgres.key_reads import PostgresApiKeyReads
from pixcrawler.adapters.postgres.key_ring import PostgresKeyRing
from pixcrawler.adapters.postgres.notifications import PostgresNotificationReads
from pixcrawler.adapters.postgres.outbox import PostgresTaskQueue
from pixcrawler.adapters.postgres.own_data import PostgresOwnData
from pixcrawler.adapters.postgres.people import PostgresPeople
from pixcrawler.adapters.postgres.policy_reads import PostgresPolicyReads
from pixcrawler.adapters.postgres.profile_reads import PostgresProfileReads
from pixcrawler.adapters.postgres.project_reads import PostgresProjectReads
from pixcrawler.adapters.postgres.reads import PostgresReads
from pixcrawler.adapters.postgres.schedules import PostgresScheduleReads
from pixcrawler.adapters.postgres.storage_reads import PostgresStorageReads
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.postgres.validation_reads import PostgresValidationReads
from pixcrawler.adapters.sources.url_list_reader import read_url_list
from pixcrawler.application.crawling.expand_keywords import ExpandKeywords
from pixcrawler.application.delivery.prune_tasks import PruneTasks
from pixcrawler.application.delivery.reactions import REACTIONS, reactions_to
from pixcrawler.application.ports.health import Health
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.labeler import Labeler
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.stores import Stores
from pixcrawler.bootstrap.api_keys import ApiKeysContainer
from pixcrawler.bootstrap.app import App, Imaging, Limits, Upkeep
from pixcrawler.bootstrap.capacity import check_capacity
from pixcrawler.bootstrap.crawling import CrawlingContainer
from pixcrawler.bootstrap.datasets import DatasetsContainer
from pixcrawler.bootstrap.expansion import expansion
from pixcrawler.bootstrap.health import platform_health
from pixcrawler.bootstrap.identity import IdentityContainer, recording
from pixcrawler.bootstrap.identity_provider import identity_provider
from pixcrawler.bootstrap.idle import Idle, Tools
from pixcrawler.bootstrap.imaging import imaging
from pixcrawler.bootstrap.infrastructure import Infrastructure, infrastructure
from pixcrawler.bootstrap.labelling import labeler, rules
from pixcrawler.bootstrap.limits import limits, redis_limiter
from pixcrawler.bootstrap.links import links
from pixcrawler.bootstrap.logs import request_id
from pixcrawler.bootstrap.notifications import NotificationsContainer
from pixcrawler.bootstrap.projects import ProjectsContainer
from pixcrawler.bootstrap.schedules import SchedulesContainer
from pixcrawler.bootstrap.servers import prepare
from pixcrawler.bootstrap.sources import sources
from pixcrawler.bootstrap.storage import StorageContainer
from pixcrawler.bootstrap.targets import targets
from pixcrawler.bootstrap.thresholds import thresholds
from pixcrawler.bootstrap.validations import ValidationsContainer
from pixcrawler.domain.identity.key_text import kind_in
from pixcrawler.settings import Settings

PERIODIC = (
    "pixcrawler.storage.reap_objects",
    "pixcrawler.storage.run_policies",
    "pixcrawler.storage.expire_exports",
    "pixcrawler.delivery.prune_tasks",
    "pixcrawler.crawling.run_schedules",
    "pixcrawler.identity.tend_accounts",
)


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
        base = await stack.enter_async_context(infrastructure(settings, farewell=farewell))
        await prepare(settings, base.servers)
        if works and not base.servers.embedded:
            await check_capacity(settings, base.servers, workers=1)
        tools = await _tools(base, stack, works=works)
        limiter = redis_limiter(base, stack)
        health, pictures = platform_health(base, stack, limiter), imaging(base, stack)
        expand = await stack.enter_async_context(expansion(settings, base.tls))
        model = await labeler(base, stack)
        provider = await identity_provider(base, stack)
        found = sources(base, stack)
        app = _built(
            base,
            tools,
            found,
            provider=provider,
            expand=expand,
            model=model,
            health=health,
            limited=limits(settings, limiter),
            pictures=pictures,
            out=out,
        )
        await stack.enter_async_context(recording(app.identity.record_key_uses))
        yield app


async def _tools(base: Infrastructure, stack: AsyncExitStack, *, works: bool) -> Tools:
    if works:
        from pixcrawler.bootstrap.tools import working_tools

        return await stack.enter_async_context(working_tools(base))
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


def _built(
    base: Infrastructure,
    tools: Tools,
    found: Sources,
    *,
    provider: IdentityProvider,
    expand: ExpandKeywords,
    model: Labeler | None,
    health: Health,
    limited: Limits | None,
    pictures: Imaging,
    out: Path | None,
) -> App:
    settings = base.settings
    transaction = PostgresTransaction(
        base.engine, reactions=reactions_to, new_id=base.new_id, request_id=request_id
    )
    tasks = task_queue(base)
    basic = _objects(transaction=transaction, clock=base.clock, new_id=base.new_id)
    stores = Stores(base.store, base.warm)
    given = basic | _objects(
        store=base.store,
        stores=stores,
        inspector=tools.inspector,
        near_duplicates=tools.near_duplicates,
        rules=rules(settings),
    )
    keys = PostgresKeyRing(base.engine)
    making_keys = _objects(kind=kind_in(settings.pixcrawler.environment), random=secrets.token_bytes)
    for_keys = _objects(
        reads=PostgresApiKeyReads(base.engine),
        limiter=None if limited is None else limited.request.limiter,
        most_hourly=settings.limiter.key_per_hour,
    )
    for_identity = making_keys | _objects(
        keys=keys,
        ticks=time.monotonic,
        provider=provider,
        people=PostgresPeople(base.engine),
        profiles=PostgresProfileReads(base.engine),
        own_data=PostgresOwnData(base.engine),
        accounts=PostgresAccountStore(base.engine),
    )
    reads = PostgresReads(base.engine)
    for_crawling = _objects(
        sources=found,
        fetcher=tools.fetcher,
        read_url_list=read_url_list,
        thresholds=thresholds(settings),
        expand=expand,
        labeler=model,
        cache=base.cache,
    )
    dataset_reads = PostgresDatasetReads(base.engine)
    for_datasets = _objects(
        reads=reads,
        dataset_reads=dataset_reads,
        cache=base.cache,
        statistics_seconds=settings.cache.statistics_seconds,
        exporters=FORMATS,
        targets=targets(base, out),
        converter=tools.converter,
        reports=tools.reports,
    )
    signed = links(base)
    for_storage = _objects(
        stores=stores,
        repacker=tools.repacker,
        reads=PostgresPolicyReads(base.engine),
        storage_reads=PostgresStorageReads(base.engine),
        links=signed,
        grace=timedelta(hours=settings.storage.unreferenced_hours),
    )
    retention = timedelta(hours=settings.queue.retention_hours)
    return App(
        projects=ProjectsContainer(**basic, **_objects(sources=found)).context(),
        crawling=CrawlingContainer(**given, **for_crawling).context(),
        schedules=SchedulesContainer(
            **basic,
            **_objects(
                sources=found, thresholds=thresholds(settings), reads=PostgresScheduleReads(base.engine)
            ),
        ).context(),
        notifications=NotificationsContainer(
            **basic, **_objects(reads=PostgresNotificationReads(base.engine))
        ).context(),
        datasets=DatasetsContainer(**given, **for_datasets).context(),
        identity=IdentityContainer(**basic, **for_identity).context(),
        api_keys=ApiKeysContainer(**basic, **making_keys, **for_keys).context(),
        activity=PostgresActivityReads(base.engine),
        imaging=pictures,
        storage=StorageContainer(**basic, **for_storage).context(),
        validations=ValidationsContainer(
            **basic,
            **_objects(
                images=pictures.images,
                store=base.store,
                inspector=tools.inspector,
                thresholds=thresholds(settings),
                reads=PostgresValidationReads(base.engine),
            ),
        ).context(),
        upkeep=Upkeep(
            prune_tasks=PruneTasks(tasks=tasks, transaction=transaction, keys=keys, retention=retention),
        ),
        reads=reads,
        project_reads=PostgresProjectReads(base.engine),
        dashboard_reads=PostgresDashboardReads(base.engine, base.clock),
        dataset_reads=dataset_reads,
        job_reads=PostgresJobReads(base.engine),
        sources=found,
        tasks=tasks,
        bells=tools.bells,
        health=health,
        limits=limited,
        links=signed,
        cache=base.cache,
        connections=base.connections,
    )


def _objects(**opened: object) -> dict[str, providers.Provider[object]]:
    return {name: providers.Object(value) for name, value in opened.items()}


def task_queue(base: Infrastructure) -> PostgresTaskQueue:
    names = {reaction.task for caused in REACTIONS.values() for reaction in caused} | set(PERIODIC)
    return PostgresTaskQueue(base.queue_engine, url=base.servers.direct_url, names=names, new_id=base.new_id)
