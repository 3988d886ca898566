"""A shell whose commands see this test's own database, store and web."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.processes import PATIENCE, Finished, Running, finished, running
from tests.servers.pictures import Corpus, PictureWeb, corpus


@dataclass(frozen=True)
class Shell:
    """Runs `pixcrawler` in ``folder`` with this environment; keyword arguments are more variables.

    ``patience`` is in seconds; a command that takes longer fails the test.
    """

    environ: Mapping[str, str]
    folder: Path
    patience: float = PATIENCE

    async def __call__(self, *arguments: str | Path, **more: str) -> Finished:
        environ = {**self.environ, **more}
        return await finished(*arguments, env=environ, cwd=self.folder, seconds=self.patience)

    @property
    def hasty(self) -> "Shell":
        """For failures that nobody should have to wait for."""
        return replace(self, patience=40)

    def starts(self, *arguments: str | Path, **more: str) -> AbstractAsyncContextManager[Running]:
        return running(*arguments, env={**self.environ, **more}, cwd=self.folder)


@pytest.fixture
def pictures() -> Corpus:
    return corpus(50)


@pytest.fixture
async def web(pictures: Corpus) -> AsyncIterator[PictureWeb]:
    async with PictureWeb(pictures.answers) as web:
        yield web


@pytest.fixture
def urls(web: PictureWeb, tmp_path: Path) -> Path:
    """A list of everything on the web."""
    return write_list(tmp_path / "urls.txt", web.urls)


@pytest.fixture
def shell(environ: dict[str, str], web: PictureWeb, tmp_path: Path) -> Shell:
    folder = tmp_path / "work"
    folder.mkdir()
    own = {"WORKER_DECODE_PROCESSES": "1", "NO_COLOR": "1"}
    return Shell({**environ, **web.settings, **own}, folder)


def write_list(path: Path, urls: list[str]) -> Path:
    path.write_text("\n".join(urls) + "\n")
    return path


def rows(folder: Path) -> list[dict[str, Any]]:
    """The manifest without the moments of retrieval, which differ from crawl to crawl."""
    lines = (folder / "manifest.jsonl").read_bytes().splitlines()
    found: list[dict[str, Any]] = [msgspec.json.decode(line) for line in lines]
    for row in found:
        row.pop("retrieved_at")
    return found


def adds_up(document: Any) -> bool:
    """Accepted and rejected by reason are all candidates, and the splits hold what was accepted."""
    job, dataset = document["job"], document["dataset"]
    images = sum(sum(classes.values()) for classes in dataset["splits"].values())
    whole = job["accepted"] + sum(job["rejected"].values()) == job["candidates"]
    return bool(whole and images == dataset["images"] == job["accepted"] <= job["max_images"])
