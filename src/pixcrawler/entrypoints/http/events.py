"""``/jobs/{id}/events``: a job's progress as it happens."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.background_tasks import BackgroundTask
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.response import Stream

from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.images import JobId
from pixcrawler.entrypoints.http.live import LiveJobs
from pixcrawler.entrypoints.http.openapi import failures
from pixcrawler.entrypoints.http.security import token_of
from pixcrawler.entrypoints.http.sse import MEDIA_TYPE, Event
from pixcrawler.entrypoints.http.standing import Standing

NOT_HELD_BACK = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""Proxies are asked to hand on each message at once."""

EXAMPLE = Event(
    event="progress",
    id="41",
    data='{"job_id":"01a1fe11-0000-7985-bba8-5ff3a8de3680","status":"running","version":41,"good":37}',
    retry=2000,
)


@get(
    "/jobs/{job_id:uuid}/events",
    tags=["Jobs"],
    summary="Listen to a job",
    responses={
        200: ResponseSpec(
            Event,
            media_type=MEDIA_TYPE,
            description="Server-sent events; this is the form of one.",
            generate_examples=False,
            examples=[Example(value=msgspec.to_builtins(EXAMPLE))],
        )
    }
    | failures(401, 403, 404),
)
async def job_events(request: Request[Any, Any, Any], job_id: JobId, actor: Given[Actor]) -> Stream:
    """The job's owner; scope `read`.

    A stream of server-sent events. `progress` brings a snapshot, the same as `GET /jobs/{id}/progress`: the
    newest one at once, then one whenever something changed; its `id` is the job's version. Snapshots may be
    skipped, the last one never is. `end` is the last message, with the status that the job ended in, or
    `deleted`. A client that comes back, with `Last-Event-ID` or without, gets the newest snapshot. A comment
    comes every 15 seconds when nothing else does. The stream breaks off when the key or session ends. 429
    for whoever has too many streams open.
    """
    actor.must(READ)
    live: LiveJobs = request.app.state.live_jobs
    standing: Standing = request.app.state.standing
    still_good = standing.of(token_of(request), actor)
    messages = await live.listen(CrawlJobId(job_id), by=actor, still_good=still_good)
    leaving = BackgroundTask(messages.aclose)  # also when the connection broke off
    return Stream(messages, media_type=MEDIA_TYPE, headers=NOT_HELD_BACK, background=leaving)
