"""What the framework and its server do with nothing around them: one route on bare Litestar."""

from litestar import Litestar, get


@get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


app = Litestar([health], openapi_config=None, logging_config=None)
