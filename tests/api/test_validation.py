"""Looking again over HTTP: asked for, done by a worker's tasks, told by image and by dataset."""

import dataclasses
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.entrypoints.worker.table import tasks
from pixcrawler.entrypoints.worker.task import Patience
from tests.api.conftest import Api, OpenApi, problem
from tests.api.dataset_room import DatasetRoom
from tests.api.image_room import ImageRoom, image_room
from tests.fakes.aggregates import sha
from tests.fakes.inspector import PillowInspector
from tests.unit.application.imaging.room import black, good

NOWHERE = str(UUID(int=7))


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


class Looks(DatasetRoom):
    """Picture 1 (image d, and a) is good, picture 3 (e) is black, of picture 2 (b) there is no file."""

    async def stored(self, number: int, data: bytes) -> None:
        """Let the job's picture of this number have these bytes."""
        digest = hashlib.sha256(data).hexdigest()
        key = f"{self.job}/{digest}"
        await self.app.imaging.store.put(key, data)
        async with self.room.stage.engine.begin() as connection:
            statement = "UPDATE images SET sha256 = :new, key = :key WHERE job_id = :job AND sha256 = :old"
            values = {"new": digest, "key": key, "job": UUID(self.job), "old": sha(number)}
            await connection.execute(text(statement), values)

    def id(self, name: str) -> str:
        return str(self.room.image[name])

    async def asked(self, what: str, **body: Any) -> dict[str, Any]:
        answer = await self.ask("POST", f"/validation/{what}", 202, json=body)
        begun: dict[str, Any] = answer.json()
        return begun

    async def done(self, what: str, **body: Any) -> dict[str, Any]:
        """Asked for, and done by a worker."""
        begun = await self.asked(what, **body)
        await self.look()
        run: dict[str, Any] = (await self.ask("GET", f"/validation/{begun['validation_id']}")).json()
        return run

    async def look(self) -> None:
        """All that waits, as a worker would: the API itself decodes nothing."""
        looking = dataclasses.replace(self.app.validations.look, inspector=PillowInspector())
        validations = dataclasses.replace(self.app.validations, look=looking)
        minute = timedelta(minutes=1)
        known = tasks(dataclasses.replace(self.app, validations=validations), Patience(minute, 1, minute))
        while claimed := await self.app.tasks.claim("validate", "shared", worker="test", lease=minute):
            task, lease = known[claimed.name], Lease(claimed.id, claimed.token)
            await task.run(claimed.payload, lease)
            if not lease.closed:
                await self.app.tasks.close(lease)

    async def results(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.ask("GET", f"/validation/results/{self.id(name)}")).json()
        return found


@pytest.fixture
async def looks(api: Api) -> AsyncIterator[Looks]:
    rooms = image_room(api)
    room: ImageRoom = await anext(rooms)
    found = Looks(room)
    await found.stored(1, good())
    await found.stored(3, black())
    await found.look()  # what other tests have left
    yield found
    await anext(rooms, None)


async def test_an_image_is_looked_at_and_every_rule_has_its_verdict(looks: Looks) -> None:
    begun = await looks.asked("analyze", image_id=looks.id("e"), level="strict")
    assert (begun["status"], begun["images"], begun["level"]) == ("pending", 1, "strict")
    (task,) = begun["task_ids"]
    UUID(task)
    await looks.look()
    run = (await looks.ask("GET", f"/validation/{begun['validation_id']}")).json()
    assert (run["status"], run["done"], run["invalid"], run["quarantined"]) == ("completed", 1, 1, 0)
    found = await looks.results("e")
    assert (found["job_id"], found["quarantine"]) == (looks.job, None)
    (result,) = found["results"]  # the crawl had looked at it on the same level
    assert (result["level"], result["verdict"], result["reason"]) == ("strict", "invalid", "too_dark")
    assert result["validation_id"] == begun["validation_id"]
    failed = [check["name"] for check in result["checks"] if not check["passed"]]
    assert failed == ["dark", "low_information", "placeholder"]
    dark = next(check for check in result["checks"] if check["name"] == "dark")
    assert (dark["score"], dark["limit"], dark["reason"]) == (1.0, 0.68, "too_dark")


async def test_what_the_crawl_saw_is_told_before_anybody_looks_again(looks: Looks) -> None:
    (result,) = (await looks.results("e"))["results"]
    assert (result["level"], result["verdict"], result["validation_id"]) == ("strict", "invalid", None)
    assert result["reason"] == "odd_aspect"
    (result,) = (await looks.results("d"))["results"]
    assert (result["level"], result["verdict"], result["scores"]) == ("standard", "valid", None)
    assert (await looks.results("c"))["results"] == []


async def test_of_a_file_that_a_look_refused_and_nobody_kept_only_the_reason_is_told(looks: Looks) -> None:
    statement = "UPDATE candidates SET reason = 'blurry', evidence = 'blur 0.90' WHERE id = :id"
    async with looks.room.stage.engine.begin() as connection:
        await connection.execute(text(statement), {"id": looks.room.image["c"]})
    (result,) = (await looks.results("c"))["results"]
    assert (result["verdict"], result["reason"], result["evidence"]) == ("invalid", "blurry", "blur 0.90")
    assert (result["level"], result["checks"], result["scores"]) == ("standard", [], None)


async def test_a_job_is_looked_at_whole_and_its_counts_add_up(looks: Looks) -> None:
    begun = await looks.asked(f"jobs/{looks.job}", level="basic")
    assert (begun["images"], len(begun["task_ids"])) == (None, 1)
    await looks.look()
    run = (await looks.ask("GET", f"/validation/{begun['validation_id']}")).json()
    assert (run["status"], run["counted"], run["images"], run["done"]) == ("completed", True, 3, 3)
    assert (run["valid"], run["invalid"], run["damaged"]) == (2, 0, 1)
    (basic, *_) = reversed((await looks.results("b"))["results"])
    assert (basic["level"], basic["verdict"], basic["reason"]) == ("basic", "damaged", "file_missing")


async def test_several_are_named_or_matched_and_the_same_file_is_looked_at_once(looks: Looks) -> None:
    both = [looks.id("a"), looks.id("d"), looks.id("d")]
    assert (await looks.done("batch", image_ids=both))["images"] == 1
    assert (await looks.done("batch", filter={"job_id": looks.job, "label": "Felidae"}))["images"] == 1
    run = await looks.done("batch", filter={"job_id": looks.job, "reason": "http_404"})
    assert (run["images"], run["status"]) == (0, "completed")


async def test_quarantined_images_are_in_no_new_version_until_somebody_accepts_them(looks: Looks) -> None:
    run = await looks.done(f"jobs/{looks.job}", level="strict", mode="quarantine")
    assert run["quarantined"] == 1
    assert (await looks.results("e"))["quarantine"]["reason"] == "too_dark"
    job = (await looks.ask("GET", f"/jobs/{looks.job}")).json()
    assert (job["status"], job["accepted"]) == ("completed", 2)
    dataset = await looks.made()
    assert (await looks.built(dataset))["images"] == 1
    await looks.ask("PATCH", f"/images/{looks.id('e')}", json={"review": "accept"})
    assert (await looks.results("e"))["quarantine"] is None
    assert (await looks.built(dataset))["images"] == 2


async def test_the_numbers_of_a_version_are_by_its_strictest_looks(looks: Looks) -> None:
    dataset = await looks.made()
    stats = f"/validation/stats/{dataset}"
    assert problem(await looks.ask("GET", stats, 404))[1] == "DATASET_VERSION_NOT_FOUND"
    await looks.built(dataset)
    found = (await looks.ask("GET", stats)).json()
    assert (found["version"], found["images"], found["unknown"]) == (1, 2, 0)
    assert found["verdicts"] == {"valid": 1, "invalid": 1}
    assert found["reasons"] == {"odd_aspect": 1}
    await looks.done(f"jobs/{looks.job}", level="strict", mode="quarantine")
    found = (await looks.ask("GET", stats)).json()
    assert found["levels"] == {"strict": 2}
    assert (found["reasons"], found["quarantined"]) == ({"too_dark": 1}, 1)
    assert found["scores"]["dark"] == {"images": 2, "mean": 0.5, "bins": [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]}
    found = (await looks.ask("GET", f"{stats}?version=1&level=standard")).json()
    assert (found["verdicts"], found["unknown"], found["scores"]) == ({"valid": 1}, 1, {})


async def test_a_default_level_is_what_new_jobs_and_looks_get_that_name_none(looks: Looks) -> None:
    assert (await looks.ask("GET", "/validation/level")).json() == {"level": "standard", "mode": "reject"}
    wanted = {"level": "strict", "mode": "report"}
    assert (await looks.ask("PUT", "/validation/level", json=wanted)).json() == wanted
    assert (await looks.ask("GET", "/validation/level")).json() == wanted
    assert (await looks.asked("analyze", image_id=looks.id("d")))["level"] == "strict"
    job = {"project_id": looks.project, "keywords": ["fox"]}
    made = (await looks.ask("POST", "/jobs", 201, json=job)).json()["request"]
    assert (made["validation"], made["validation_mode"]) == ("strict", "report")
    job |= {"validation": "basic", "validation_mode": "reject"}
    made = (await looks.ask("POST", "/jobs", 201, json=job)).json()["request"]
    assert (made["validation"], made["validation_mode"]) == ("basic", "reject")


async def test_sent_again_with_its_key_a_request_has_one_effect(looks: Looks) -> None:
    body = {"image_id": looks.id("d")}
    headers = {"idempotency-key": "once"}
    first = await looks.ask("POST", "/validation/analyze", 202, json=body, headers=headers)
    again = await looks.ask("POST", "/validation/analyze", 202, json=body, headers=headers)
    assert first.json() == again.json()
    other = {"image_id": looks.id("e")}
    answer = await looks.ask("POST", "/validation/analyze", 422, json=other, headers=headers)
    assert problem(answer)[1] == "IDEMPOTENCY_MISMATCH"


async def test_what_cannot_be_looked_at_is_refused_before_anything_is_queued(looks: Looks) -> None:
    for what, body, status, code in (
        ("analyze", {"image_id": NOWHERE}, 404, "IMAGE_NOT_FOUND"),
        ("analyze", {"image_id": looks.id("c")}, 404, "IMAGE_HAS_NO_FILE"),
        ("batch", {"image_ids": [looks.id("d"), NOWHERE]}, 404, "IMAGE_NOT_FOUND"),
        ("batch", {}, 422, "INVALID_VALIDATION"),
        ("batch", {"image_ids": [looks.id("d")], "filter": {"job_id": looks.job}}, 422, "INVALID_VALIDATION"),
        ("batch", {"filter": {"job_id": NOWHERE}}, 404, "CRAWL_JOB_NOT_FOUND"),
        (f"jobs/{NOWHERE}", {}, 404, "CRAWL_JOB_NOT_FOUND"),
        (f"jobs/{looks.job}", {"level": "closer"}, 422, "INVALID"),
    ):
        answer = await looks.ask("POST", f"/validation/{what}", status, json=body)
        assert problem(answer)[1] == code, what
    assert await looks.app.tasks.claim("validate", "shared", worker="test", lease=timedelta(1)) is None


async def test_runs_and_results_are_their_owners_alone(looks: Looks) -> None:
    run = await looks.done("analyze", image_id=looks.id("d"))
    other = await looks.room.stranger()
    for path in (f"/validation/{run['id']}", f"/validation/results/{looks.id('d')}"):
        await looks.ask("GET", path, 404, headers=other)
    for what, body in (
        ("analyze", {"image_id": looks.id("d")}),
        ("batch", {"image_ids": [looks.id("d")]}),
        ("batch", {"filter": {"job_id": looks.job}}),
        (f"jobs/{looks.job}", {}),
    ):
        await looks.ask("POST", f"/validation/{what}", 404, json=body, headers=other)


async def test_a_store_that_stays_away_fails_the_run_and_says_why(looks: Looks) -> None:
    begun = await looks.asked("analyze", image_id=looks.id("d"))
    claimed = await looks.app.tasks.claim("validate", "shared", worker="test", lease=timedelta(minutes=1))
    assert claimed is not None
    task = tasks(looks.app, Patience(timedelta(1), 1, timedelta(1)))[claimed.name]
    assert task.give_up is not None
    lease = Lease(claimed.id, claimed.token)
    await task.give_up(claimed.payload, lease, Unavailable("The store does not answer."))
    run = (await looks.ask("GET", f"/validation/{begun['validation_id']}")).json()
    assert (run["status"], run["failed"], run["failure_code"]) == ("failed", 1, "UNAVAILABLE")
