"""Starting, stopping and retrying jobs over HTTP, and how they go."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.spec import DedupLevel, JobSpec, Keyword
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import CrawlJobId
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, JsonObject, Person, job_room

room = pytest.fixture(job_room, scope="module")


async def act(person: Person, job: str, what: str, **headers: str) -> JsonObject:
    answer = await person.ask("POST", f"/jobs/{job}/{what}", **headers)
    assert answer.status_code == 202, answer.text
    found: JsonObject = answer.json()
    assert found.keys() == {"job_id", "status", "task_ids"}
    assert found["job_id"] == job
    return found


async def test_a_job_is_started_stopped_and_retried(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job()
    begun = await act(ann, job, "start")
    assert begun["status"] == "running"
    assert [one["id"] for one in (await ann.got(f"/jobs/{job}/tasks"))["items"]] == begun["task_ids"]
    assert await act(ann, job, "stop") == {"job_id": job, "status": "cancelled", "task_ids": []}
    again = await act(ann, job, "retry")
    assert again["status"] == "running"
    assert len(again["task_ids"]) == 1
    assert not {*again["task_ids"]} & {*begun["task_ids"]}
    assert (await act(ann, job, "cancel"))["status"] == "cancelled"
    whole = await ann.got(f"/jobs/{job}")
    assert (whole["status"], whole["run"]) == ("cancelled", 4)


WRONG = {
    "start": [JobStatus.RUNNING, JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED],
    "stop": [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED],
    "cancel": [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED],
    "retry": [JobStatus.PENDING, JobStatus.RUNNING],
}


@pytest.mark.parametrize(("what", "state"), [(what, one) for what, states in WRONG.items() for one in states])
async def test_a_wrong_state_is_named(room: JobRoom, what: str, state: JobStatus) -> None:
    ann = await room.person()
    job = await ann.job()
    await room.end(job, state)
    before = await ann.got(f"/jobs/{job}")
    answer = await ann.ask("POST", f"/jobs/{job}/{what}")
    assert problem(answer) == (409, "WRONG_JOB_STATE", None)
    assert state in answer.json()["message"]
    assert await ann.got(f"/jobs/{job}") == before


async def test_a_job_that_has_all_it_wanted_is_not_retried(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job(max_images=3)
    await room.end(job, JobStatus.COMPLETED, accepted=3, found=3)
    answer = await ann.ask("POST", f"/jobs/{job}/retry")
    assert problem(answer) == (409, "WRONG_JOB_STATE", None)


@pytest.mark.parametrize("what", ["start", "retry"])
async def test_an_act_that_is_asked_for_many_times_with_one_key_happens_once(
    room: JobRoom, what: str
) -> None:
    ann = await room.person()
    job = await ann.job()
    if what == "retry":
        await act(ann, job, "stop")
    answers = await asyncio.gather(
        *(ann.ask("POST", f"/jobs/{job}/{what}", idempotency_key="once") for _ in range(16))
    )
    done = {answer.content for answer in answers if answer.status_code == 202}
    others = {problem(answer)[:2] for answer in answers if answer.status_code != 202}
    assert len(done) == 1
    assert others <= {(409, "IDEMPOTENCY_IN_FLIGHT")}
    assert (await ann.got(f"/jobs/{job}/tasks"))["total"] == 1


async def test_one_key_on_two_jobs_is_a_mistake(room: JobRoom) -> None:
    ann = await room.person()
    one, other = await ann.job(), await ann.job()
    await act(ann, one, "start", idempotency_key="k")
    answer = await ann.ask("POST", f"/jobs/{other}/start", idempotency_key="k")
    assert problem(answer) == (422, "IDEMPOTENCY_MISMATCH", "Idempotency-Key")
    assert (await ann.got(f"/jobs/{other}"))["status"] == "pending"


async def test_a_job_that_reads_a_folder_is_not_run_over_http(room: JobRoom) -> None:
    """A command line made it; nobody may have the platform's workers read the server's disk."""
    ann = await room.person()
    job = await ann.job()
    spec = JobSpec(keywords=(Keyword("", ""),), sources=("folder",), inputs={"folder": "/etc"})
    root = await room.person(role=Role.SUPERUSER)
    for state, what in ((JobStatus.PENDING, "start"), (JobStatus.FAILED, "retry")):
        await room.end(job, state, spec=spec, lane="local:1")
        assert problem(await root.ask("POST", f"/jobs/{job}/{what}")) == (403, "FOLDER_NOT_ALLOWED", None)
        assert (await ann.got(f"/jobs/{job}"))["status"] == state


async def test_a_job_of_a_command_line_goes_on_with_the_platforms_workers(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job()
    await room.end(job, JobStatus.PENDING, lane="local:1")
    (task,) = (await act(ann, job, "start"))["task_ids"]
    assert {str(one.id): one.lane for one in await room.stage.tasks()}[task] == "shared"


async def test_the_request_is_remembered_by_its_tasks_and_the_log(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job()
    await act(ann, job, "start", x_request_id="from-ann-1")
    (task,) = (await ann.got(f"/jobs/{job}/tasks"))["items"]
    assert (task["request_id"], task["state"], task["run"]) == ("from-ann-1", "pending", 1)
    assert (task["name"], task["failures"], task["last_error"]) == (
        "pixcrawler.crawling.search_page",
        0,
        None,
    )
    lines = (await ann.got(f"/jobs/{job}/logs"))["items"]
    assert [line["event"] for line in lines] == ["created", "started"]
    assert (lines[1]["level"], lines[1]["run"]) == ("info", 1)
    assert lines[1]["request_id"] == "from-ann-1" != lines[0]["request_id"]
    assert lines[1]["message"] == "Started with 1 search."


async def test_lists_of_tasks_and_lines_come_in_pages(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job(keywords=[f"k{number}" for number in range(5)])
    await act(ann, job, "start")
    first = await ann.got(f"/jobs/{job}/tasks?size=2")
    last = await ann.got(f"/jobs/{job}/tasks?size=2&page=3")
    assert (first["total"], first["pages"], len(first["items"]), len(last["items"])) == (5, 3, 2, 1)
    assert first["items"][0]["id"] < first["items"][1]["id"] < last["items"][0]["id"]
    assert (await ann.got(f"/jobs/{job}/logs?size=1&page=2"))["items"][0]["event"] == "started"
    for what in ("tasks", "logs"):
        assert problem(await ann.ask("GET", f"/jobs/{job}/{what}?size=0")) == (422, "INVALID", "size")


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("SourceUnreachable: Openverse does not answer.", "Openverse does not answer."),
        ("KeyError: '/secret/path'", "Something went wrong inside PixCrawler; the worker's log says what."),
        ("ValueError: postgresql://me:pw@db", "Something went wrong inside PixCrawler"),
    ],
)
async def test_a_tasks_last_error_tells_nothing_of_the_inside(room: JobRoom, kept: str, told: str) -> None:
    ann = await room.person()
    job = await ann.started()
    async with room.stage.engine.begin() as connection:
        await connection.execute(
            text("UPDATE outbox SET last_error = :error, failures = 1 WHERE subject_id = :job"),
            {"error": kept, "job": job},
        )
    (task,) = (await ann.got(f"/jobs/{job}/tasks"))["items"]
    assert task["last_error"].startswith(told)
    (trouble,) = (await ann.got(f"/jobs/{job}/progress"))["troubles"]
    assert trouble["source"] == "openverse"
    assert trouble["message"] == task["last_error"]


async def test_progress_counts_by_stage_and_by_reason(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job(max_images=60)
    await act(ann, job, "start")
    reasons = {"http_404": 5, "too_small": 3, "duplicate_exact": 2}
    began = datetime.now(UTC) - timedelta(seconds=10)
    changes: JsonObject = {"found": 50, "good": 30, "reasons": reasons, "run_good": 10}
    await room.end(job, JobStatus.RUNNING, **changes, run_started_at=began)
    seen = await ann.got(f"/jobs/{job}/progress")
    assert (seen["found"], seen["fetched"], seen["good"]) == (50, 35, 30)
    assert (seen["rejected"], seen["reasons"], seen["accepted"]) == (10, reasons, 0)
    assert (seen["open_chunks"], seen["open_searches"], seen["pages_searched"]) == (0, 1, 0)
    assert 10 <= seen["elapsed_seconds"] < 40
    assert seen["images_per_second"] == pytest.approx(20 / seen["elapsed_seconds"], rel=0.01)
    assert seen["eta_seconds"] == pytest.approx(30 / seen["images_per_second"], rel=0.01)
    ended = began + timedelta(seconds=20)
    await room.end(job, JobStatus.COMPLETED, accepted=30, ended_at=ended)
    over = await ann.got(f"/jobs/{job}/progress")
    assert (over["status"], over["accepted"], over["eta_seconds"]) == ("completed", 30, None)
    assert (over["elapsed_seconds"], over["images_per_second"]) == (20.0, 1.0)


async def test_a_job_that_waits_has_no_rate(room: JobRoom) -> None:
    ann = await room.person()
    seen = await ann.got(f"/jobs/{await ann.job()}/progress")
    assert (seen["elapsed_seconds"], seen["images_per_second"], seen["eta_seconds"]) == (0.0, 0.0, None)


async def test_what_was_asked_for_is_what_the_job_does(room: JobRoom) -> None:
    ann = await room.person()
    job = await ann.job(dedup="low", sources=["wikimedia"])
    async with room.stage.transaction() as tx:
        loaded = await tx.crawl_jobs.get(CrawlJobId(UUID(job)))
    assert (loaded.spec.dedup, loaded.spec.sources) == (DedupLevel.LOW, ("wikimedia",))
