"""Classes over HTTP, and keywords that say more than their words."""

import uuid
from typing import Any

import pytest

from tests.api.job_room import JobRoom, JsonObject, Person, job_room

room = pytest.fixture(job_room, scope="module")


async def asked(ann: Person, **body: Any) -> JsonObject:
    return await ann.made("/jobs", {"project_id": await ann.project(f"P {uuid.uuid4()}"), **body})


async def test_classes_have_targets_minimums_and_names_of_their_own(room: JobRoom) -> None:
    ann = await room.person()
    categories: JsonObject = {
        "tabby": {"keywords": ["tabby"], "max_images": 3, "label": "cat"},
        "persian": {"keywords": ["persian cat"], "max_images": 4, "label": "cat"},
        "dog": ["poodle", "pug"],
        "owl": {"keywords": ["owl"], "minimum": 5},
    }
    made = await asked(ann, categories=categories, max_images=30, minimum=2, conflicts="drop")
    request = made["request"]
    assert [one["label"] for one in request["keywords"]] == ["cat", "cat", "dog", "dog", "owl"]
    assert (request["targets"], request["conflicts"]) == ({"cat": 7}, "drop")
    assert request["minimums"] == {"cat": 2, "dog": 2, "owl": 5}


async def test_operators_and_more_queries_of_a_keyword(room: JobRoom) -> None:
    ann = await room.person()
    keywords = ['"red fox" -toy', "cat OR kitten"]
    made = await asked(ann, keywords=keywords, queries={"Red Fox": ["vixen", "VIXEN"], "cat": ["tabby"]})
    assert made["request"]["keywords"] == [
        {"text": '"red fox"', "label": "red fox", "queries": ["vixen"], "exclude": ["toy"]},
        {"text": "cat", "label": "cat OR kitten", "queries": ["kitten", "tabby"], "exclude": []},
    ]
