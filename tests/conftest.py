"""What every test may ask for: real servers, a database of its own, settings that point to both.

The run starts one embedded Postgres and one Valkey, shared by all of its processes and gone with it.
"""

import gc
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Generator
from pathlib import Path

import hypothesis
import pytest

from pixcrawler.adapters.embedded.client import EmbeddedServers, embedded_servers
from pixcrawler.adapters.embedded.state import Desk
from pixcrawler.settings import Settings, load_settings
from tests.databases import Databases, forget_memory, open_databases
from tests.leftovers import MARK, end_leftovers

pytest_plugins = ["tests.stores"]

HOME = "PYTEST_PIXCRAWLER_HOME"

hypothesis.settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job; children inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        return
    os.environ[MARK] = uuid.uuid4().hex
    os.environ[HOME] = tempfile.mkdtemp(prefix="pixcrawler-tests-")
    # Libraries that would look for a hub, or leave something in the user's home.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HOME"] = f"{os.environ[HOME]}/hugging-face"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests stay to the end: who looks for garbage among them, now or later, takes seconds."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Last of all: the run fails when a process that it started is still there."""
    yield
    if hasattr(session.config, "workerinput"):
        return
    home = Path(os.environ[HOME])
    patience = float(os.environ.get("PYTEST_LEFTOVER_PATIENCE", "20"))
    left = end_leftovers(os.environ[MARK], home, patience=patience)
    if data := Desk(home).read().data:  # root's servers keep it elsewhere
        shutil.rmtree(data, ignore_errors=True)
    forget_memory(home)
    shutil.rmtree(home, ignore_errors=True)
    if left:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        assert reporter is not None
        reporter.section("processes left running", red=True)
        for line in left:
            reporter.line(line)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def run_home() -> Path:
    """A folder that all processes of this run share."""
    return Path(os.environ[HOME])


@pytest.fixture(scope="session")
async def servers(run_home: Path) -> AsyncIterator[EmbeddedServers]:
    """The run's own Postgres and Valkey."""
    async with embedded_servers(run_home) as running:
        yield running


@pytest.fixture(scope="session")
async def databases(servers: EmbeddedServers, run_home: Path) -> AsyncIterator[Databases]:
    async with open_databases(servers.database_url, run_home) as databases:
        yield databases


@pytest.fixture(scope="session")
async def template(databases: Databases) -> str:
    """The name of a migrated, empty database that is only ever copied."""
    return await databases.make_template()


@pytest.fixture
async def database_url(databases: Databases, template: str) -> AsyncIterator[str]:
    """A migrated, empty database of this test's own."""
    async with databases.copy_of(template) as url:
        yield url


@pytest.fixture
async def bare_database_url(databases: Databases) -> AsyncIterator[str]:
    """A database of this test's own without any table."""
    async with databases.copy_of("template1") as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(servers: EmbeddedServers) -> str:
    """The Valkey that all tests share: use ``redis_prefix``, and never empty it."""
    return servers.redis_url


@pytest.fixture
def redis_prefix() -> str:
    """The start of this test's own keys."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def variables(database_url: str, redis_url: str, redis_prefix: str, tmp_path: Path) -> dict[str, str]:
    """Environment variables that point a process of ours to this test's own things."""
    return {
        "PIXCRAWLER_ENVIRONMENT": "test",
        "PIXCRAWLER_HOME": str(tmp_path / "home"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "REDIS_PREFIX": redis_prefix,
        "STORAGE_LINK_SECRET": "the same in every process of a test",
        "LIMITER_ENABLED": "false",  # tests ask more often than anybody
    }


@pytest.fixture
def environ(variables: dict[str, str]) -> dict[str, str]:
    """The whole environment for a child process: this one's, and ``variables``."""
    return {**os.environ, **variables}


@pytest.fixture
def make_settings(variables: dict[str, str]) -> Callable[..., Settings]:
    """Settings for this test's own things; ``make_settings(FETCH_TIMEOUT="1")`` sets more."""

    def make(**more: str) -> Settings:
        return load_settings({**variables, **more})

    return make
