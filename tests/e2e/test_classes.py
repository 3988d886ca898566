"""Keywords that say more, classes with numbers, labels of a model: as a user runs them."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from tests.e2e.conftest import Shell, adds_up, rows
from tests.integration.exporters.hugging_face import loaded
from tests.servers.chat import chat_server, said
from tests.servers.openverse import OpenverseServer
from tests.servers.pictures import PictureWeb


@asynccontextmanager
async def foxes(web: PictureWeb) -> AsyncIterator[dict[str, str]]:
    """Fox 0 to Fox 39; settings that find them."""
    async with OpenverseServer(40) as api:
        for number, work in enumerate(api.works):
            work["url"] = web.url(f"{number:04d}.jpg")
        yield {
            "SOURCE_OPENVERSE_BASE_URL": api.base_url,
            "SOURCE_OPENVERSE_INTERVAL": "0",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8",
        }


PLAN = {
    "categories": {
        "animals": {"fox": {"keywords": ["fox -plush"]}, "tenth fox": {"keywords": ["fox 1"], "minimum": 30}}
    },
    "conflicts": "multi",
    "max_images": 60,
}


@pytest.mark.long
async def test_a_plan_with_two_classes_of_which_one_is_short(shell: Shell, web: PictureWeb) -> None:
    (shell.folder / "plan.json").write_text(json.dumps(PLAN))
    async with foxes(web) as asked:
        words = ("crawl", "--config", "plan.json", "--expand", "templates", "--out", "ds", "--json")
        done = await shell(*words, **asked)
    assert done.code == 6, done.err
    assert "also searched for, by templates:" in done.err
    assert adds_up(done.document)
    fox, _ = done.document["keywords"]
    assert (fox["label"], fox["text"], fox["exclude"]) == ("fox", "fox", ["plush"])
    assert "foxes" in fox["queries"]
    short = done.document["short_classes"]
    assert short.keys() == {"tenth fox"}
    found = rows(shell.folder / "ds")
    assert sum(row["label"] == "tenth fox" for row in found) == short["tenth fox"]["images"]
    tens = [row for row in found if re.match("Fox 1", row["title"])]
    assert tens
    assert {tuple(sorted(row["labels"])) for row in tens} == {("fox", "tenth fox")}
    assert len({row["sha256"] for row in found}) == len(found)
    assert {row["label_source"] for row in found} <= {"query", "category"}
    opened = loaded(shell.folder / "ds", shell.folder / "cache")["path"]
    assert sum(sum(inside.values()) for inside in opened.values()) == len(found)


@pytest.mark.long
async def test_a_vision_model_labels_before_the_dataset_is_made(shell: Shell, web: PictureWeb) -> None:
    async with foxes(web) as asked, chat_server() as model:
        model.answer = lambda _: said(msgspec.json.encode({"label": "fox 2", "confidence": 0.9}).decode())
        settings = {"LABEL_BASE_URL": model.url, "LABEL_MODEL": "sees", "LABEL_MAX_IMAGES": "7"}
        words = ("crawl", "fox 1", "fox 2", "--max-images", "10", "--out", "ds", "--json")
        done = await shell(*words, **asked, **settings)
    assert done.code == 0, done.err
    assert len(model.asked) == 7
    found = rows(shell.folder / "ds")
    assert sorted(row["label_source"] for row in found) == ["model"] * 7 + ["query"] * 3
    assert all(row["label"] == "fox 2" for row in found if row["label_source"] == "model")
    assert "model 7" in (shell.folder / "ds/README.md").read_text()
