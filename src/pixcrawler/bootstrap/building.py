"""Every use case, built over what was opened."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.postgres.accounts import PostgresAccountStore
from pixcrawler.adapters.postgres.activity_reads import PostgresActivityReads
from pixcrawler.adapters.postgres.dashboard_reads import PostgresDashboardReads
from pixcrawler.adapters.postgres.dataset_reads import PostgresDatasetReads
from pixcrawler.adapters.postgres.image_lists import PostgresImageLists
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
from pixcrawler.application.delivery.periodic import PERIODIC
from pixcrawler.application.delivery.prune_tasks import PruneTasks
from pixcrawler.application.delivery.reactions import CAUSED, GOING_ON, reactions_to
from pixcrawler.application.imaging.tend_image_lists import TendImageLists
from pixcrawler.application.ports.health import Health
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.labeler import Labeler
from pixcrawler.application.ports.links import Links
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.stores import Stores
from pixcrawler.bootstrap.api_keys import ApiKeys, ApiKeysContainer
from pixcrawler.bootstrap.app import App, Crawling, Datasets, Identity, Imaging, Limits, Storage, Upkeep
from pixcrawler.bootstrap.containers import providers
from pixcrawler.bootstrap.crawling import CrawlingContainer
from pixcrawler.bootstrap.datasets import DatasetsContainer
from pixcrawler.bootstrap.identity import IdentityContainer
from pixcrawler.bootstrap.idle import Tools
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.bootstrap.labelling import rules
from pixcrawler.bootstrap.logs import request_id
from pixcrawler.bootstrap.notifications import NotificationsContainer
from pixcrawler.bootstrap.projects import ProjectsContainer
from pixcrawler.bootstrap.schedules import Schedules, SchedulesContainer
from pixcrawler.bootstrap.storage import StorageContainer
from pixcrawler.bootstrap.targets import targets
from pixcrawler.bootstrap.thresholds import thresholds
from pixcrawler.bootstrap.validations import Validations, ValidationsContainer
from pixcrawler.domain.identity.key_text import kind_in

Objects: TypeAlias = Mapping[str, providers.Provider[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What use cases stand on. ``out`` is the one folder that exports may fill."""

    base: Infrastructure
    tools: Tools
    sources: Sources
    provider: IdentityProvider
    expand: ExpandKeywords
    model: Labeler | None
    health: Health
    limits: Limits | None
    pictures: Imaging
    links: Links
    out: Path | None


def build(opened: Opened) -> App:
    base, engine, tasks = opened.base, opened.base.engine, _task_queue(opened.base)
    transaction = PostgresTransaction(
        engine, reactions=reactions_to, new_id=base.new_id, request_id=request_id
    )
    basic = _objects(transaction=transaction, clock=base.clock, new_id=base.new_id)
    return App(
        projects=ProjectsContainer(**basic, **_objects(sources=opened.sources)).context(),
        crawling=_crawling(opened, basic),
        schedules=_schedules(opened, basic),
        notifications=NotificationsContainer(
            **basic, **_objects(reads=PostgresNotificationReads(engine))
        ).context(),
        datasets=_datasets(opened, basic),
        identity=_identity(opened, basic),
        api_keys=_api_keys(opened, basic),
        activity=PostgresActivityReads(engine),
        imaging=opened.pictures,
        storage=_storage(opened, basic),
        validations=_validations(opened, basic),
        upkeep=Upkeep(
            prune_tasks=_prune_tasks(base, tasks, transaction),
            tend_image_lists=TendImageLists(lists=PostgresImageLists(engine)),
        ),
        reads=PostgresReads(engine),
        project_reads=PostgresProjectReads(engine),
        dashboard_reads=PostgresDashboardReads(engine, base.clock),
        dataset_reads=PostgresDatasetReads(engine),
        job_reads=PostgresJobReads(engine),
        sources=opened.sources,
        tasks=tasks,
        bells=opened.tools.bells,
        health=opened.health,
        limits=opened.limits,
        links=opened.links,
        cache=base.cache,
        connections=base.connections,
    )


def _objects(**opened: object) -> dict[str, providers.Provider[object]]:
    return {name: providers.Object(value) for name, value in opened.items()}


def _of_pictures(opened: Opened) -> Objects:
    """What whoever handles pictures needs."""
    base, tools = opened.base, opened.tools
    return _objects(
        store=base.store,
        stores=Stores(base.store, base.warm),
        inspector=tools.inspector,
        near_duplicates=tools.near_duplicates,
        rules=rules(base.settings),
    )


def _crawling(opened: Opened, basic: Objects) -> Crawling:
    more = _objects(
        sources=opened.sources,
        fetcher=opened.tools.fetcher,
        read_url_list=read_url_list,
        thresholds=thresholds(opened.base.settings),
        expand=opened.expand,
        labeler=opened.model,
        cache=opened.base.cache,
    )
    return CrawlingContainer(**basic, **_of_pictures(opened), **more).context()


def _schedules(opened: Opened, basic: Objects) -> Schedules:
    more = _objects(
        sources=opened.sources,
        thresholds=thresholds(opened.base.settings),
        reads=PostgresScheduleReads(opened.base.engine),
    )
    return SchedulesContainer(**basic, **more).context()


def _datasets(opened: Opened, basic: Objects) -> Datasets:
    base = opened.base
    more = _objects(
        reads=PostgresReads(base.engine),
        dataset_reads=PostgresDatasetReads(base.engine),
        cache=base.cache,
        statistics_seconds=base.settings.cache.statistics_seconds,
        exporters=FORMATS,
        targets=targets(base, opened.out),
        converter=opened.tools.converter,
        reports=opened.tools.reports,
    )
    return DatasetsContainer(**basic, **_of_pictures(opened), **more).context()


def _making_keys(base: Infrastructure) -> Objects:
    return _objects(kind=kind_in(base.settings.pixcrawler.environment), random=secrets.token_bytes)


def _identity(opened: Opened, basic: Objects) -> Identity:
    engine = opened.base.engine
    more = _objects(
        keys=PostgresKeyRing(engine),
        ticks=time.monotonic,
        provider=opened.provider,
        people=PostgresPeople(engine),
        profiles=PostgresProfileReads(engine),
        own_data=PostgresOwnData(engine),
        accounts=PostgresAccountStore(engine),
    )
    return IdentityContainer(**basic, **_making_keys(opened.base), **more).context()


def _api_keys(opened: Opened, basic: Objects) -> ApiKeys:
    base = opened.base
    more = _objects(
        reads=PostgresApiKeyReads(base.engine),
        limiter=None if opened.limits is None else opened.limits.request.limiter,
        most_hourly=base.settings.limiter.key_per_hour,
    )
    return ApiKeysContainer(**basic, **_making_keys(base), **more).context()


def _storage(opened: Opened, basic: Objects) -> Storage:
    base = opened.base
    more = _objects(
        stores=Stores(base.store, base.warm),
        repacker=opened.tools.repacker,
        reads=PostgresPolicyReads(base.engine),
        storage_reads=PostgresStorageReads(base.engine),
        links=opened.links,
        formats=FORMATS,
        grace=timedelta(hours=base.settings.storage.unreferenced_hours),
    )
    return StorageContainer(**basic, **more).context()


def _validations(opened: Opened, basic: Objects) -> Validations:
    base = opened.base
    more = _objects(
        images=opened.pictures.images,
        store=base.store,
        inspector=opened.tools.inspector,
        thresholds=thresholds(base.settings),
        reads=PostgresValidationReads(base.engine),
    )
    return ValidationsContainer(**basic, **more).context()


def _prune_tasks(
    base: Infrastructure, tasks: PostgresTaskQueue, transaction: PostgresTransaction
) -> PruneTasks:
    retention = timedelta(hours=base.settings.queue.retention_hours)
    keys = PostgresKeyRing(base.engine)
    return PruneTasks(tasks=tasks, transaction=transaction, keys=keys, retention=retention)


def _task_queue(base: Infrastructure) -> PostgresTaskQueue:
    return PostgresTaskQueue(
        base.queue_engine,
        url=base.servers.direct_url,
        names=CAUSED | PERIODIC,
        new_id=base.new_id,
        going_on=GOING_ON,
    )
