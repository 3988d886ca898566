"""Which controllers there are."""

from litestar.types import ControllerRouterHandler

from pixcrawler.entrypoints.http.activity import ActivityController
from pixcrawler.entrypoints.http.api_keys import ApiKeyController
from pixcrawler.entrypoints.http.archival_policies import ArchivalPolicyController
from pixcrawler.entrypoints.http.auth import AuthController, OwnAccountController
from pixcrawler.entrypoints.http.cleanup_policies import CleanupPolicyController
from pixcrawler.entrypoints.http.dashboard import DashboardController
from pixcrawler.entrypoints.http.dataset_versions import DatasetVersionController
from pixcrawler.entrypoints.http.datasets import DatasetController
from pixcrawler.entrypoints.http.events import job_events
from pixcrawler.entrypoints.http.exports import DatasetDownloadController, ExportController
from pixcrawler.entrypoints.http.files import download_file
from pixcrawler.entrypoints.http.health import detailed_health, health
from pixcrawler.entrypoints.http.image_files import ImageFileController
from pixcrawler.entrypoints.http.images import ImageController
from pixcrawler.entrypoints.http.job_acts import JobActController
from pixcrawler.entrypoints.http.jobs import JobController
from pixcrawler.entrypoints.http.keywords import KeywordController
from pixcrawler.entrypoints.http.metrics_route import metrics_text
from pixcrawler.entrypoints.http.notifications import NotificationController
from pixcrawler.entrypoints.http.pages.handlers import asset, docs, redoc, start
from pixcrawler.entrypoints.http.policy_executions import PolicyExecutionController
from pixcrawler.entrypoints.http.projects import ProjectController
from pixcrawler.entrypoints.http.schedules import ScheduleController
from pixcrawler.entrypoints.http.sources import SourceController
from pixcrawler.entrypoints.http.storage import StorageController
from pixcrawler.entrypoints.http.users import OwnDataController, UserController
from pixcrawler.entrypoints.http.validation import ValidationController

PUBLIC: list[ControllerRouterHandler] = [
    start,
    docs,
    redoc,
    asset,
    health,
    detailed_health,
    metrics_text,
    download_file,
    AuthController,
]
"""Whole paths; nobody is asked who they are."""
PRIVATE: list[ControllerRouterHandler] = [
    ProjectController,
    JobController,
    JobActController,
    ScheduleController,
    NotificationController,
    DashboardController,
    job_events,
    ImageController,
    ImageFileController,
    SourceController,
    KeywordController,
    ValidationController,
    StorageController,
    DatasetController,
    DatasetVersionController,
    DatasetDownloadController,
    ExportController,
    ActivityController,
]
"""Paths below /api/v1, for whoever is known, by a token or an API key."""
PEOPLE: list[ControllerRouterHandler] = [
    OwnAccountController,
    OwnDataController,
    UserController,
    ApiKeyController,
    ArchivalPolicyController,
    CleanupPolicyController,
    PolicyExecutionController,
]
"""Paths below /api/v1, for people who are logged in: no API key is accepted."""
