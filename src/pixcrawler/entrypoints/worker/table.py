"""All tasks of this program."""

from datetime import timedelta
from typing import Any

from pixcrawler.application.activity.tell_owner import Told
from pixcrawler.bootstrap.app import App, Crawling, Datasets, Storage
from pixcrawler.bootstrap.validations import Validations
from pixcrawler.domain.crawling.events import ChunkOpened, JobFilled, LabellingOpened, SearchOpened
from pixcrawler.domain.crawling.schedule import ScheduleDue
from pixcrawler.domain.datasets.moving import ExportArchivalRequested, ExportRehydrationRequested
from pixcrawler.domain.datasets.version import ExportReady, ExportRequested, VersionRequested
from pixcrawler.domain.imaging.validation import ValidationChunkOpened, ValidationRequested
from pixcrawler.domain.storage.execution import ObjectsReleased, PolicyExecutionRequested
from pixcrawler.entrypoints.worker.task import Patience, Task, task


def tasks(app: App, usual: Patience) -> dict[str, Task]:
    """By name. Names are stored and never change."""
    long = Patience(max(usual.timeout, timedelta(hours=6)), usual.attempts, usual.delay)
    listed = [
        *_crawling_tasks(app.crawling, usual, long),
        *_dataset_tasks(app.datasets, long),
        *_prompt_tasks(app, usual),
        *_storage_tasks(app.storage, long),
        *_validation_tasks(app.validations, usual),
        task("pixcrawler.identity.tend_accounts", dict[str, Any], app.identity.tend_accounts, long),
        task("pixcrawler.imaging.tend_image_lists", dict[str, Any], app.upkeep.tend_image_lists, long),
        task("pixcrawler.delivery.prune_tasks", dict[str, Any], app.upkeep.prune_tasks, long),
    ]
    return {one.name: one for one in listed}


def _crawling_tasks(crawling: Crawling, usual: Patience, long: Patience) -> list[Task]:
    return [
        task(
            "pixcrawler.crawling.search_page",
            SearchOpened,
            crawling.search_page,
            usual,
            give_up=crawling.fail_search,
        ),
        task(
            "pixcrawler.crawling.run_chunk",
            ChunkOpened,
            crawling.run_chunk,
            usual,
            give_up=crawling.fail_chunk,
        ),
        task(
            "pixcrawler.crawling.settle_job", JobFilled, crawling.settle_job, usual, give_up=crawling.fail_job
        ),
        task(
            "pixcrawler.crawling.label_images",
            LabellingOpened,
            crawling.label_images,
            long,
            give_up=crawling.fail_labelling,
        ),
    ]


def _dataset_tasks(datasets: Datasets, long: Patience) -> list[Task]:
    return [
        task(
            "pixcrawler.datasets.build_version",
            VersionRequested,
            datasets.build_version,
            long,
            give_up=datasets.fail_version,
        ),
        task(
            "pixcrawler.datasets.write_export",
            ExportRequested,
            datasets.write_export,
            long,
            give_up=datasets.fail_export,
        ),
        task("pixcrawler.datasets.write_report", REPORTED, datasets.write_report, long),
    ]


def _storage_tasks(storage: Storage, long: Patience) -> list[Task]:
    return [
        task(
            "pixcrawler.storage.archive_export",
            ExportArchivalRequested,
            storage.archive_export,
            long,
            give_up=storage.fail_move,
        ),
        task(
            "pixcrawler.storage.rehydrate_export",
            ExportRehydrationRequested,
            storage.rehydrate_export,
            long,
            give_up=storage.fail_move,
        ),
        task(
            "pixcrawler.storage.execute_policy",
            PolicyExecutionRequested,
            storage.execute_policy,
            long,
            give_up=storage.fail_execution,
        ),
        task("pixcrawler.storage.release_objects", ObjectsReleased, storage.release_objects, long),
        task("pixcrawler.storage.run_policies", dict[str, Any], storage.run_policies, long),
        task("pixcrawler.storage.expire_exports", dict[str, Any], storage.expire_exports, long),
        task("pixcrawler.storage.reap_objects", dict[str, Any], storage.reap_objects, long),
    ]


def _validation_tasks(validations: Validations, usual: Patience) -> list[Task]:
    return [
        task(
            "pixcrawler.imaging.cut_validation",
            ValidationRequested,
            validations.cut,
            usual,
            give_up=validations.fail_cutting,
        ),
        task(
            "pixcrawler.imaging.look_again",
            ValidationChunkOpened,
            validations.look,
            usual,
            give_up=validations.fail_look,
        ),
    ]


def _prompt_tasks(app: App, usual: Patience) -> list[Task]:
    schedules = app.schedules
    return [
        task("pixcrawler.crawling.run_schedule", ScheduleDue, schedules.run, usual, give_up=schedules.fail),
        task("pixcrawler.crawling.run_schedules", dict[str, Any], schedules.run_due, usual),
        task("pixcrawler.activity.tell_owner", TOLD, app.notifications.tell_owner, usual),
    ]


REPORTED: Any = ExportRequested | ExportReady
"""An export's beginning; its end, in tasks of older releases."""
TOLD: Any = Told
"""The payload of one task, whichever of these it is."""
