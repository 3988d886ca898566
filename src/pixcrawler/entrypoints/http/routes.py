"""Which controllers there are."""

from litestar.types import ControllerRouterHandler

from pixcrawler.entrypoints.http.events import job_events
from pixcrawler.entrypoints.http.health import detailed_health, health
from pixcrawler.entrypoints.http.image_files import ImageFileController
from pixcrawler.entrypoints.http.images import ImageController
from pixcrawler.entrypoints.http.pages.handlers import asset, docs, redoc, start
from pixcrawler.entrypoints.http.sources import SourceController

PUBLIC: list[ControllerRouterHandler] = [start, docs, redoc, asset, health, detailed_health]
"""Whole paths; nobody is asked who they are."""
PRIVATE: list[ControllerRouterHandler] = [SourceController, ImageController, ImageFileController, job_events]
"""Paths below /api/v1, reached with a key only."""
