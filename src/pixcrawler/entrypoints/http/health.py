"""Whether this process lives."""

from litestar import Response, get

from pixcrawler.entrypoints.http.answers import answered


@get(["/health", "/api/v1/health"], tags=["Ops"], summary="Does this process answer?")
async def health() -> Response[dict[str, str]]:
    return answered({"status": "ok"})
