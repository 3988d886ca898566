"""The ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from litestar import Litestar, Router
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler, ExceptionHandlersMap, Guard

from pixcrawler.bootstrap.app import App
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.http import errors
from pixcrawler.entrypoints.http.client_address import ClientAddress
from pixcrawler.entrypoints.http.cors import Cors
from pixcrawler.entrypoints.http.gate import Gate, Rules
from pixcrawler.entrypoints.http.given import one_after_another, providers
from pixcrawler.entrypoints.http.live import LiveJobs
from pixcrawler.entrypoints.http.metrics import Metrics
from pixcrawler.entrypoints.http.metrics_route import Readers, looking
from pixcrawler.entrypoints.http.openapi import openapi_config
from pixcrawler.entrypoints.http.options import tell_all_methods
from pixcrawler.entrypoints.http.request import ApiRequest, refuse_null
from pixcrawler.entrypoints.http.routes import PEOPLE, PRIVATE, PUBLIC
from pixcrawler.entrypoints.http.security import SCHEME, known, people_only
from pixcrawler.entrypoints.http.standing import Standing
from pixcrawler.settings import Settings

HANDLERS: ExceptionHandlersMap = {
    DomainError: errors.of_domain,
    HTTPException: errors.of_litestar,
    Exception: errors.of_nobody,
}


def create_app(settings: Settings, *, app: App | None = None) -> Litestar:
    """The API. It opens an application of its own for the time that it serves, unless it is given one."""
    metrics, rules = Metrics(), _rules(settings)

    @asynccontextmanager
    async def opened(served: Litestar) -> AsyncIterator[None]:
        async with nullcontext(app) if app is not None else open_app(settings) as served.state.app:
            served.state.standing = Standing(served.state.app.identity.authenticate)
            served.state.live_jobs = live = LiveJobs(
                served.state.app.job_reads.progress,
                most=settings.api.streams_per_user,
            )
            async with looking(metrics, served.state.app, live):
                try:
                    yield
                finally:
                    live.close()

    def current() -> App:
        opened_app: App = litestar.state.app
        return opened_app

    litestar = Litestar(
        [*PUBLIC, _guarded(PRIVATE, known), _guarded(PEOPLE, people_only)],
        lifespan=[opened],
        dependencies=providers(current),
        exception_handlers=HANDLERS,
        request_class=ApiRequest,
        request_max_body_size=settings.api.max_body,
        openapi_config=openapi_config(),
        logging_config=None,
    )
    tell_all_methods(litestar)
    one_after_another(litestar)
    litestar.state.metrics = metrics
    litestar.state.metrics_readers = Readers(settings.api.metrics_token, production=rules.production)
    litestar.asgi_handler = Gate(litestar.asgi_handler, rules, metrics)
    return litestar


def _guarded(handlers: list[ControllerRouterHandler], guard: Guard) -> Router:
    """Below /api/v1."""
    return Router(
        "/api/v1",
        route_handlers=handlers,
        guards=[guard],
        before_request=refuse_null,
        security=[{SCHEME: []}],
    )


def _rules(settings: Settings) -> Rules:
    return Rules(
        hosts=frozenset(name.lower() for name in ("localhost", *settings.api.allowed_hosts)),
        limit=settings.api.request_timeout,
        production=settings.pixcrawler.environment in ("staging", "production"),
        clients=ClientAddress([trusted.network for trusted in settings.api.trusted_proxies]),
        cors=Cors(settings.api.allowed_origins),
    )
