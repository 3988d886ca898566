"""What every crash test stands on: a web, a store, a database, an application that follows the job."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.settings import load_settings
from tests.crash.fleet import Fleet, fleet
from tests.crash.job import Clock, Crawl, begin
from tests.crash.judge import Judge, faults_of_folder
from tests.servers.pictures import Corpus, PictureWeb, corpus


@dataclass
class Scene:
    """A running job with everything around it. ``folder`` is where its dataset may go."""

    web: PictureWeb
    corpus: Corpus
    max_images: int
    folder: Path
    fleet: Fleet
    crawl: Crawl
    judge: Judge
    clock: Clock

    async def must_be_right(self, *, fetches: int, packaged: bool = False) -> None:
        wrong = await self.judge.faults_of(
            self.crawl.id, self.corpus, max_images=self.max_images, fetches=fetches
        )
        if packaged:
            wrong += faults_of_folder(self.folder, min(self.max_images, self.corpus.good))
        assert not wrong, "\n".join(wrong)


OpenScene = Callable[..., AbstractAsyncContextManager[Scene]]


@pytest.fixture
def hurry() -> dict[str, str]:
    """Settings under which a crash test is short."""
    return {"QUEUE_LEASE_SECONDS": "4", "QUEUE_RETRY_SECONDS": "1", "WORKER_DECODE_PROCESSES": "1"}


@pytest.fixture
def open_scene(variables: dict[str, str], hurry: dict[str, str], tmp_path: Path) -> OpenScene:
    """``open_scene(pictures=300, max_images=400)``; ``more`` are variables that win over the test's own."""

    @asynccontextmanager
    async def opened(
        *, pictures: int = 300, max_images: int = 400, delay: float = 0.05, **more: str
    ) -> AsyncIterator[Scene]:
        folder = tmp_path / "dataset"
        answers = corpus(pictures)
        async with PictureWeb(answers.answers, delay=delay) as web:
            environ = {**variables, **hurry, **web.settings, **more}
            settings = load_settings(environ)
            async with open_app(settings) as app, fleet(environ, folder, tmp_path / "logs") as workers:
                clock = Clock()
                crawl = await begin(app, web.urls, max_images=max_images, folder=tmp_path, clock=clock)
                objects = settings.storage.local_root / "objects"
                judge = Judge(environ["DATABASE_URL"], objects, web)
                yield Scene(web, answers, max_images, folder, workers, crawl, judge, clock)

    return opened
