"""What a handler may ask for by name, besides its own parameters.

``actor``: who asks. ``window``: ``?page=&size=``. ``once``: the Idempotency-Key, or None. Every use case and
reads port under the name that ``USE_CASES`` gives it.
"""

from collections.abc import Callable
from typing import Annotated, TypeAlias, TypeVar

from litestar import Litestar
from litestar.di import Dependency, Provide
from litestar.params import SkipValidationMarker
from litestar.routes import HTTPRoute

from pixcrawler.bootstrap.app import App
from pixcrawler.entrypoints.http.downloads import Downloading
from pixcrawler.entrypoints.http.idempotency import once
from pixcrawler.entrypoints.http.paging import window
from pixcrawler.entrypoints.http.security import actor

T = TypeVar("T")

Given: TypeAlias = Annotated[T, Dependency(kind="named"), SkipValidationMarker()]
"""A parameter that is one of these. What we made ourselves needs no validation on each request."""

USE_CASES: dict[str, Callable[[App], object]] = {
    "activity_reads": lambda app: app.activity,
    "api_key_reads": lambda app: app.api_keys.reads,
    "change_password": lambda app: app.identity.change_password,
    "change_profile": lambda app: app.identity.change_profile,
    "change_user": lambda app: app.identity.change_user,
    "create_user": lambda app: app.identity.create_user,
    "delete_oneself": lambda app: app.identity.delete_oneself,
    "delete_user": lambda app: app.identity.delete_user,
    "export_own_data": lambda app: app.identity.export_own_data,
    "sign_up_person": lambda app: app.identity.sign_up_person,
    "identity_provider": lambda app: app.identity.provider,
    "profile_reads": lambda app: app.identity.profiles,
    "clean_storage": lambda app: app.storage.clean,
    "change_archival": lambda app: app.storage.change_archival,
    "change_cleanup": lambda app: app.storage.change_cleanup,
    "change_crawl": lambda app: app.crawling.change,
    "cancel_build": lambda app: app.datasets.cancel,
    "change_dataset": lambda app: app.datasets.change,
    "change_images": lambda app: app.crawling.change_images,
    "change_level": lambda app: app.validations.change_level,
    "change_preferences": lambda app: app.notifications.change_preferences,
    "change_schedule": lambda app: app.schedules.change,
    "change_project": lambda app: app.projects.change,
    "compare_versions": lambda app: app.datasets.compare,
    "create_archival": lambda app: app.storage.create_archival,
    "create_cleanup": lambda app: app.storage.create_cleanup,
    "create_crawl": lambda app: app.crawling.create,
    "create_dataset": lambda app: app.datasets.create,
    "create_schedule": lambda app: app.schedules.create,
    "create_project": lambda app: app.projects.create,
    "dashboard_reads": lambda app: app.dashboard_reads,
    "dataset_reads": lambda app: app.dataset_reads,
    "delete_crawl": lambda app: app.crawling.delete,
    "delete_dataset": lambda app: app.datasets.delete,
    "delete_export": lambda app: app.datasets.delete_export,
    "delete_notification": lambda app: app.notifications.delete,
    "delete_schedule": lambda app: app.schedules.delete,
    "delete_policy": lambda app: app.storage.delete_policy,
    "delete_projects": lambda app: app.projects.delete,
    "downloading": lambda app: Downloading(app.storage.fetch_export, app.dataset_reads, app.imaging.store),
    "expand_keywords": lambda app: app.crawling.expand,
    "exporters": lambda app: app.datasets.request_export.formats,
    "health": lambda app: app.health,
    "image_reads": lambda app: app.imaging.images,
    "issue_api_key": lambda app: app.api_keys.issue,
    "job_reads": lambda app: app.job_reads,
    "links": lambda app: app.links,
    "name_image": lambda app: app.crawling.name_image,
    "notification_reads": lambda app: app.notifications.reads,
    "object_store": lambda app: app.imaging.store,
    "open_manifest": lambda app: app.datasets.open_manifest,
    "policy_reads": lambda app: app.storage.policies,
    "preview_source": lambda app: app.crawling.preview_source,
    "project_reads": lambda app: app.project_reads,
    "read_all_notifications": lambda app: app.notifications.read_all,
    "read_notification": lambda app: app.notifications.read,
    "remove_image": lambda app: app.crawling.remove_image,
    "request_export": lambda app: app.datasets.request_export,
    "request_validation": lambda app: app.validations.request,
    "request_version": lambda app: app.datasets.request_version,
    "review_copy": lambda app: app.crawling.review_copy,
    "request_execution": lambda app: app.storage.request_execution,
    "revoke_api_key": lambda app: app.api_keys.revoke,
    "rotate_api_key": lambda app: app.api_keys.rotate,
    "retry_crawl": lambda app: app.crawling.retry,
    "show_key_usage": lambda app: app.api_keys.show_usage,
    "schedule_reads": lambda app: app.schedules.reads,
    "show_images": lambda app: app.datasets.show_images,
    "show_source_health": lambda app: app.crawling.show_source_health,
    "show_statistics": lambda app: app.datasets.show_statistics,
    "show_thumbnail": lambda app: app.imaging.show_thumbnail,
    "sign_file": lambda app: app.storage.sign_link,
    "storage_reads": lambda app: app.storage.reads,
    "sources": lambda app: app.sources,
    "split_dataset": lambda app: app.datasets.split,
    "start_crawl": lambda app: app.crawling.start,
    "stop_crawl": lambda app: app.crawling.stop,
    "take_url_list": lambda app: app.crawling.take_url_list,
    "validate_job": lambda app: app.validations.request_job,
    "validation_reads": lambda app: app.validations.reads,
}


class _Given(Provide):
    """Equal to itself only: Litestar compares every two of each handler, a quarter of its start otherwise."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


def providers(current: Callable[[], App]) -> dict[str, Provide]:
    """By name. ``current`` gives the application that is open when the request comes."""
    made = {name: _provide(current, pick) for name, pick in USE_CASES.items()}
    made["actor"] = _Given(actor, sync_to_thread=False)
    made["window"] = _Given(window, sync_to_thread=False)
    made["once"] = _Given(once)
    return made


def _provide(current: Callable[[], App], pick: Callable[[App], object]) -> Provide:
    def provide() -> object:
        return pick(current())

    return _Given(provide, sync_to_thread=False)


def one_after_another(litestar: Litestar) -> None:
    """Litestar resolves independent dependencies in a task group, 45 µs per request. Ours wait for
    nothing, so each gets a batch of its own."""
    for route in litestar.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                batches = model.dependency_batches
                model.dependency_batches = [{one} for batch in batches for one in batch]
