"""POST /keywords/expand: more search texts, shown before anything is searched."""

import pytest

from tests.api.job_room import JobRoom, job_room

room = pytest.fixture(job_room, scope="module")


async def test_templates_are_there_at_once_and_respect_the_keyword(room: JobRoom) -> None:
    ann = await room.person()
    body = {"keywords": ['"red fox" -portrait', "cat"], "most": 3, "exclude": ["photo"]}
    fox, cat = (await ann.ask("POST", "/keywords/expand", body)).json()["items"]
    assert (fox["keyword"], fox["label"], fox["method"], len(fox["queries"])) == (
        '"red fox"', "red fox", "templates", 3,
    )  # fmt: skip
    assert all('"red fox"' in one["text"] and "photo" not in one["text"] for one in fox["queries"])
    assert cat["queries"][0] == {"text": "cats", "why": "plural"}


async def test_a_method_that_is_not_set_up_says_how_to(room: JobRoom) -> None:
    ann = await room.person()
    answer = await ann.ask("POST", "/keywords/expand", {"keywords": ["cat"], "method": "llm"})
    assert answer.status_code == 409
    assert answer.json()["details"][0]["error_code"] == "EXPANSION_DISABLED"
    assert "EXPANSION_LLM_BASE_URL" in answer.json()["message"]
