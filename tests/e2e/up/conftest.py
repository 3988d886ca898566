"""A shell in which `pixcrawler up` finds a search API and a web of pictures on this machine."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pixcrawler.adapters.embedded.state import Desk
from tests.e2e.conftest import Shell
from tests.leftovers import MARK
from tests.processes import marked
from tests.servers.openverse import OpenverseServer
from tests.servers.pictures import Corpus, PictureWeb


@pytest.fixture
async def search(web: PictureWeb, pictures: Corpus) -> AsyncIterator[dict[str, str]]:
    """Settings for an Openverse that finds every picture of the web."""
    async with OpenverseServer(len(pictures.answers)) as api:
        for work, name in zip(api.works, pictures.names, strict=True):
            work["url"] = web.url(name)
        yield {
            "SOURCE_OPENVERSE_BASE_URL": api.base_url,
            "SOURCE_OPENVERSE_INTERVAL": "0.05",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{web.port},127.0.0.1/32:{api.port}",
            "QUEUE_LEASE_SECONDS": "4",
            "QUEUE_RETRY_SECONDS": "1",
        }


@pytest.fixture
def mark() -> str:
    return marked()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    yield home
    if data := Desk(home).read().data:  # root's embedded servers keep it elsewhere
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def shell(shell: Shell, search: dict[str, str], mark: str, home: Path) -> Shell:
    return Shell({**shell.environ, **search, "PIXCRAWLER_HOME": str(home), MARK: mark}, shell.folder)


@pytest.fixture
def alone(shell: Shell) -> Shell:
    """With no servers given."""
    named = ("DATABASE_", "REDIS_")
    return Shell({n: v for n, v in shell.environ.items() if not n.startswith(named)}, shell.folder)
