"""Which controllers there are. ``PRIVATE`` ones are reached with a key only."""

from litestar.types import ControllerRouterHandler

from pixcrawler.entrypoints.http.health import health

PUBLIC: list[ControllerRouterHandler] = [health]
PRIVATE: list[ControllerRouterHandler] = []
