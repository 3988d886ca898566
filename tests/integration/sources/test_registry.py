from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import structlog

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources import (
    SOURCES,
    SourceConfig,
    SourceContext,
    SourceFactory,
    factories,
    open_sources,
)
from pixcrawler.adapters.sources.folder import FolderSource
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.source import SearchQuery, Source
from pixcrawler.domain.crawling.errors import SourceDisabled, UnknownSource
from pixcrawler.domain.crawling.filters import SearchFilters
from tests.integration.sources.client import api_client
from tests.servers.openverse import OpenverseServer


def attic(context: SourceContext, config: SourceConfig) -> Source:
    return FolderSource(context.folder_roots)


def explode(context: SourceContext, config: SourceConfig) -> Source:
    raise RuntimeError(config.base_url)


ATTIC = SourceFactory(id="attic", build=attic)
BROKEN = SourceFactory(id="broken", build=explode)
NO_FACTORY = "attic"


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=f"{__name__}:{value}", group="pixcrawler.sources")


@asynccontextmanager
async def context(folder: Path, port: int) -> AsyncIterator[tuple[SourceContext, list[tuple[str, float]]]]:
    asked: list[tuple[str, float]] = []
    async with api_client(port) as client:

        def paced(source: str, interval: float) -> ApiClient:
            asked.append((source, interval))
            return client

        yield SourceContext(client=paced, store=LocalObjectStore(folder), folder_roots=(folder,)), asked


async def test_all_of_ours_are_built_with_their_own_defaults(tmp_path: Path) -> None:
    async with context(tmp_path, 80) as (given, asked):
        built = open_sources(given, known=SOURCES)
    assert built.ids() == tuple(SOURCES)
    on = [id_ for id_, factory in SOURCES.items() if factory.enabled(SourceConfig())]
    assert {id_: built.get(id_).info.id for id_ in on} == {id_: id_ for id_ in on}
    assert dict(asked) == {id_: SOURCES[id_].default_interval for id_, _ in asked}
    assert {"openverse": 3.0, "wikimedia": 1.0}.items() <= dict(asked).items()


async def test_settings_switch_off_pace_and_redirect_a_source(tmp_path: Path) -> None:
    async with OpenverseServer(count=3) as server, context(tmp_path, server.port) as (given, asked):
        configs = {
            "openverse": SourceConfig(base_url=f"{server.base_url}/", api_key="right", interval=0.0),
            "wikimedia": SourceConfig(enabled=False),
        }
        built = open_sources(given, configs, SOURCES)
        page = await built.get("openverse").search(SearchQuery(text="fox", filters=SearchFilters()), None)
    assert len(page.candidates) == 3
    assert ("openverse", 0.0) in asked
    assert "wikimedia" not in dict(asked)
    with pytest.raises(SourceDisabled, match="set SOURCE_WIKIMEDIA_ENABLED=true"):
        built.get("wikimedia")


def test_a_key_is_not_in_the_repr() -> None:
    assert "secret" not in repr(SourceConfig(api_key="secret"))


async def test_an_unknown_source_names_those_that_there_are(tmp_path: Path) -> None:
    async with context(tmp_path, 80) as (given, _):
        built = open_sources(given, known=SOURCES)
    with pytest.raises(UnknownSource, match=rf"no source 'flikr' \(choose from: {', '.join(SOURCES)}\)"):
        built.get("flikr")


async def test_a_plug_in_joins_the_registry(tmp_path: Path) -> None:
    known = factories([point("attic", "ATTIC")])
    assert known.keys() == SOURCES.keys() | {"attic"}
    async with context(tmp_path, 80) as (given, _):
        assert open_sources(given, known=known).get("attic").info.id == "folder"


@pytest.mark.parametrize(
    ("name", "value", "event"),
    [
        ("attic", "NOWHERE", "source_not_loaded"),
        ("attic", "NO_FACTORY", "source_is_no_factory"),
        ("loft", "ATTIC", "source_is_no_factory"),
        ("openverse", "ATTIC", "source_name_taken"),
    ],
)
def test_a_broken_plug_in_is_left_out_with_a_warning(name: str, value: str, event: str) -> None:
    with structlog.testing.capture_logs() as logs:
        known = factories([point(name, value)])
    assert known == SOURCES
    assert [(entry["event"], entry["log_level"], entry["source"]) for entry in logs] == [
        (event, "warning", name)
    ]


async def test_a_plug_in_that_fails_to_build_takes_no_other_along(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with context(tmp_path, 80) as (given, _):
            built = open_sources(given, known=factories([point("broken", "BROKEN")]))
    assert built.ids() == tuple(SOURCES)
    assert [entry["event"] for entry in logs] == ["source_not_built"]


def test_the_installed_plug_ins_are_looked_up() -> None:
    assert factories().keys() >= SOURCES.keys()
