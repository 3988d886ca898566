"""What Prometheus reads, and who may."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar.testing import RequestFactory
from litestar.types import Receive, Scope, Send
from prometheus_client.parser import text_string_to_metric_families as families

from pixcrawler.application.delivery.reactions import QUEUES
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.entrypoints.http.client_address import ClientAddress
from pixcrawler.entrypoints.http.cors import Cors
from pixcrawler.entrypoints.http.gate import Gate, Rules
from pixcrawler.entrypoints.http.metrics import Metrics
from pixcrawler.entrypoints.http.metrics_route import MetricsClosed, Readers, looking
from pixcrawler.entrypoints.http.shared_folder import shared_folder
from pixcrawler.settings import load_settings
from tests.api.conftest import Api, OpenApi, problem
from tests.api.served import serving_process

TOKEN = "only prometheus knows it"
PATIENCE = 60


def numbers(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families(text)
        for sample in family.samples
    }


def number(text: str, name: str, **labels: str) -> float:
    return numbers(text)[name, frozenset(labels.items())]


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


async def test_requests_are_counted_by_template_and_status_and_never_by_what_a_client_wrote(api: Api) -> None:
    ids = [f"01a1fe10-2222-7985-bba8-5ff3a8de36{n:02}" for n in range(9)]
    for one in ids:
        assert (await api.client.get(f"/api/v1/jobs/{one}")).status_code == 404
        assert (await api.client.request(f"X{one[-2:]}", "/nowhere/" + one)).status_code in (404, 405)
    answer = await api.stranger.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    asked = {"method": "GET", "route": "/api/v1/jobs/{job_id}"}
    assert number(answer.text, "pixcrawler_http_requests_total", **asked, status="404") == 9
    assert number(answer.text, "pixcrawler_http_request_seconds_count", **asked) == 9
    assert number(answer.text, "pixcrawler_http_requests_in_flight") == 1
    assert {method for name, labels in numbers(answer.text) for key, method in labels if key == "method"} == {
        "GET",
        "other",
    }
    assert not any(one in answer.text for one in ids)


async def test_what_the_platform_stands_on_is_told(api: Api) -> None:
    text = (await api.stranger.get("/metrics")).text
    assert number(text, "pixcrawler_up", part="database") == 1
    assert number(text, "pixcrawler_up", part="redis") == 1
    assert number(text, "pixcrawler_tasks", state="waiting") == 0
    assert number(text, "pixcrawler_tasks_oldest_seconds") == 0
    assert number(text, "pixcrawler_workers") == 0
    for queue in QUEUES:
        assert number(text, "pixcrawler_queue_tasks", queue=queue, state="running") == 0
        assert number(text, "pixcrawler_queue_oldest_seconds", queue=queue) == 0
    await api.client.get("/api/v1/sources/openverse")
    text = (await api.stranger.get("/metrics")).text
    assert number(text, "pixcrawler_cache_questions_total", shelf="source-worked", outcome="miss") == 1
    states = [number(text, "pixcrawler_database_connections", state=one) for one in ("in_use", "idle")]
    assert sum(states) >= 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_whoever_comes_through_a_proxy_is_not_this_machine(api: Api, header: str) -> None:
    answer = await api.stranger.get("/metrics", headers={header: "127.0.0.1"})
    assert problem(answer)[:2] == (403, "METRICS_CLOSED")


def test_in_production_nobody_reads_without_a_token() -> None:
    """A proxy on the same machine would make everybody look like it."""
    here = RequestFactory(server="127.0.0.1").get("/metrics")
    with pytest.raises(MetricsClosed, match=r"^Metrics are closed until API_METRICS_TOKEN is set\.$"):
        Readers(None, production=True).check(here)


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:8.8.8.8", "", "unix"])
async def test_other_machines_read_nothing(api: Api, address: str) -> None:
    transport = httpx.ASGITransport(cast("object", api.litestar), client=(address, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert problem(await client.get("/metrics"))[:2] == (403, "METRICS_CLOSED")


async def test_with_a_token_whoever_has_it_reads_and_nobody_else(open_for_all: OpenApi) -> None:
    api = await open_for_all(API_METRICS_TOKEN=TOKEN)
    for wrong in ("", f"Bearer {TOKEN}x", TOKEN, "Bearer é", "Bearer "):
        headers = {b"authorization": wrong.encode()}
        answer = await api.stranger.get("/metrics", headers=headers)
        assert problem(answer)[:2] == (401, "METRICS_TOKEN_NEEDED")
    assert problem(await api.client.get("/metrics"))[0] == 401, "a superuser's key is no token of Prometheus"
    right = {"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "8.8.8.8"}
    assert (await api.stranger.get("/metrics", headers=right)).status_code == 200


async def test_a_request_that_ends_before_its_answer_is_counted_and_no_longer_under_way() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ConnectionError

    async def nothing(*_: object) -> Any:
        raise AssertionError

    metrics = Metrics()
    rules = Rules(
        hosts=frozenset({"*"}), limit=60, production=False, clients=ClientAddress([]), cors=Cors([])
    )
    with pytest.raises(ConnectionError):
        await Gate(broken, rules, metrics)(RequestFactory().get("/").scope, nothing, nothing)
    metrics.sample({}, {}, listeners=0)
    text = metrics.text([]).decode()
    asked = {"method": "GET", "route": "none", "status": "499"}
    assert number(text, "pixcrawler_http_requests_total", **asked) == 1
    assert number(text, "pixcrawler_http_requests_in_flight") == 0


async def test_a_process_that_ends_writes_down_what_it_counted_last(api: Api) -> None:
    metrics = Metrics()
    async with looking(metrics, api.litestar.state.app, api.litestar.state.live_jobs):
        await asyncio.sleep(0)  # the first look is over, the next a second away
        metrics.note("GET", "/health", 200, 0.001)
    asked = {"method": "GET", "route": "/health", "status": "200"}
    assert number(metrics.text([]).decode(), "pixcrawler_http_requests_total", **asked) == 1


def test_a_start_takes_away_what_a_killed_one_left_and_nothing_else(tmp_path: Path) -> None:
    left, others = tmp_path / "pixcrawler-metrics-left", tmp_path / "pixcrawler-metrics-of-others"
    for folder in (left, others):
        folder.mkdir()
    (left / "in-use").touch()
    with shared_folder(tmp_path) as first, shared_folder(tmp_path) as second:
        assert {one.name for one in tmp_path.iterdir()} == {first.name, second.name, others.name}
    assert list(tmp_path.iterdir()) == [others]
    unfit = tmp_path / "a file"
    unfit.touch()
    with shared_folder(unfit) as elsewhere:
        assert elsewhere.is_dir()


@pytest.mark.long
async def test_any_of_several_processes_tells_the_sum_also_after_one_was_killed(
    variables: dict[str, str], environ: dict[str, str], tmp_path: Path
) -> None:
    async with open_app(load_settings(variables)):
        pass
    async with serving_process({**environ, "API_WORKERS": "2"}, tmp_path) as served:
        asked = 0

        async def ask(times: int) -> None:
            nonlocal asked
            for _ in range(times):
                async with httpx.AsyncClient(base_url=served.url) as client:  # whoever takes the connection
                    assert (await client.get("/api/v1/health")).status_code == 200
                asked += 1

        async def told(name: str, **labels: str) -> float:
            async with httpx.AsyncClient(base_url=served.url) as client:
                answer = await client.get("/metrics")
                return numbers(answer.text).get((name, frozenset(labels.items())), 0.0)

        route = {"method": "GET", "route": "/api/v1/health", "status": "200"}

        async def all_told() -> None:
            """Every process writes down what it counted once a second."""
            async with asyncio.timeout(PATIENCE):
                while {await told("pixcrawler_http_requests_total", **route) for _ in range(10)} != {asked}:
                    await asyncio.sleep(0.1)

        await ask(40)
        await all_told()
        first, *_ = children(served.process.process.pid)
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await ask(20)
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        await all_told()
        async with asyncio.timeout(PATIENCE):
            while await told("pixcrawler_http_requests_in_flight") != 1:
                await asyncio.sleep(0.1)


def children(pid: int) -> list[int]:
    """Granian's processes."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [
        int(one)
        for one in text.split()
        if b"resource_tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()
    ]
