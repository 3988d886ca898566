"""What the OpenAPI document says beside its routes."""

from importlib.metadata import version

from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag

from pixcrawler.entrypoints.http.errors import ErrorBody
from pixcrawler.entrypoints.http.security import SCHEME

REASONS = {
    400: "The request is malformed.",
    401: "No API key, or none that is good.",
    402: "The credits do not cover it.",
    403: "The key may not do this.",
    404: "There is no such thing, or it is not yours.",
    409: "The state of the thing does not allow this.",
    413: "The body is too large.",
    415: "The body is not of a type that this takes.",
    422: "Something in the request is not valid; `field` says which part.",
    429: "A limit was reached; `Retry-After` says when to come back.",
    503: "Something that this needs does not answer; `Retry-After` says when to come back.",
}
WITH_BODY = (400, 413, 415, 422)


def failures(*statuses: int, body: bool = False) -> dict[int, ResponseSpec]:
    """The error answers of a route. With ``body``, also those that every body can cause."""
    every = sorted({*statuses, *(WITH_BODY if body else ())})
    return {
        status: ResponseSpec(ErrorBody, description=REASONS[status], generate_examples=False)
        for status in every
    }


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="PixCrawler",
        version=version("pixcrawler"),
        summary="Keywords in, a clean, licensed, ML-ready image dataset out.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        components=Components(
            security_schemes={
                SCHEME: SecurityScheme(type="http", scheme="bearer", description="An API key: `pxc_live_…`.")
            }
        ),
        tags=[Tag(name="Ops", description="The health of this installation.")],
        path="/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
    )
