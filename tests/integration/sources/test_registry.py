from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import structlog

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources import (
    SOURCES,
    SourceConfig,
    SourceContext,
    SourceFactory,
    SourceRegistry,
    offer,
)
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.source import SearchQuery, Source, SourceKey
from pixcrawler.bootstrap.sources import source_configs
from pixcrawler.domain.crawling.errors import SourceDisabled, UnknownSource
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.settings import load_settings
from tests.fakes.sources import PagedSource
from tests.integration.sources.client import api_client
from tests.integration.sources.pages import page_client
from tests.servers.openverse import OpenverseServer


def attic(context: SourceContext, config: SourceConfig) -> Source:
    return PagedSource({}, source_id="attic")


def explode(context: SourceContext, config: SourceConfig) -> Source:
    raise RuntimeError(config.base_url)


def keep_silent(context: SourceContext, config: SourceConfig) -> Source:
    return cast("Source", SimpleNamespace(info=PagedSource({}, source_id="silent").info))


def leave(context: SourceContext, config: SourceConfig) -> Source:
    raise SystemExit(3)


def __getattr__(name: str) -> object:
    """What a module does that ends the program when it is loaded."""
    raise SystemExit(3) if name == "EXIT" else AttributeError(name)


ATTIC = SourceFactory(id="attic", build=attic)
CHANGELING = SourceFactory(id="changeling", build=attic)
BROKEN = SourceFactory(id="broken", build=explode)
LEAVING = SourceFactory(id="leaving", build=leave)
SILENT = SourceFactory(id="silent", build=keep_silent)
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

        async with page_client() as pages:
            yield (
                SourceContext(
                    client=paced,
                    store=LocalObjectStore(folder),
                    folder_roots=(folder,),
                    pages=lambda _interval: pages,
                ),
                asked,
            )


async def test_all_of_ours_are_built_with_their_own_defaults(tmp_path: Path) -> None:
    async with context(tmp_path, 80) as (given, asked):
        built = SourceRegistry(offer(SOURCES, ()), given)
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
        built = SourceRegistry(offer(SOURCES, ()), given, configs)
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
        built = SourceRegistry(offer(SOURCES, ()), given)
    with pytest.raises(UnknownSource, match=rf"no source 'flikr' \(choose from: {', '.join(SOURCES)}\)"):
        built.get("flikr")


async def test_a_plug_in_joins_the_registry(tmp_path: Path) -> None:
    known = offer(SOURCES, [point("attic", "ATTIC")])
    assert known.factories.keys() == SOURCES.keys() | {"attic"}
    async with context(tmp_path, 80) as (given, _):
        assert SourceRegistry(known, given).get("attic").info.id == "attic"


@pytest.mark.parametrize(
    ("name", "value", "event"),
    [
        ("attic", "NOWHERE", "source_not_loaded"),
        ("attic", "EXIT", "source_not_loaded"),
        ("attic", "NO_FACTORY", "source_is_no_factory"),
        ("loft", "ATTIC", "source_is_no_factory"),
        ("openverse", "ATTIC", "source_name_taken"),
        ("My-Attic", "ATTIC", "source_name_malformed"),
    ],
)
def test_a_broken_plug_in_is_left_out_with_a_warning(name: str, value: str, event: str) -> None:
    with structlog.testing.capture_logs() as logs:
        known = offer(SOURCES, [point(name, value)])
    assert known.factories == SOURCES
    assert [name in trouble for trouble in known.troubles] == [True]
    assert [(entry["event"], entry["log_level"], entry["source"]) for entry in logs] == [
        (event, "warning", name)
    ]


@pytest.mark.parametrize("name", ["broken", "changeling", "leaving", "silent"])
async def test_a_plug_in_that_fails_to_build_takes_no_other_along(tmp_path: Path, name: str) -> None:
    with structlog.testing.capture_logs() as logs:
        async with context(tmp_path, 80) as (given, _):
            built = SourceRegistry(offer(SOURCES, [point(name, name.upper())]), given)
    assert built.ids() == tuple(SOURCES)
    assert [entry["event"] for entry in logs] == ["source_not_built"]
    assert [name in trouble for trouble in built.troubles()] == [True]


def test_where_plug_ins_must_be_allowed_no_other_is_loaded() -> None:
    known = offer(SOURCES, [point("attic", "ATTIC"), point("broken", "NOWHERE")], allowed={"attic"})
    assert known.factories.keys() == SOURCES.keys() | {"attic"}
    assert (known.shut, known.troubles) == (["broken"], [])


async def test_a_plug_in_that_was_not_loaded_names_the_setting_that_loads_it(tmp_path: Path) -> None:
    async with context(tmp_path, 80) as (given, _):
        built = SourceRegistry(offer(SOURCES, [point("attic", "ATTIC")], allowed=()), given)
    with pytest.raises(SourceDisabled, match="set SOURCE_ATTIC_ENABLED=true"):
        built.get("attic")
    status = built.status("attic")
    assert (status.enabled, status.info) == (False, None)


async def test_a_source_says_how_it_stands_here(tmp_path: Path) -> None:
    configs = {"wikimedia": SourceConfig(enabled=False), "openverse": SourceConfig(api_key="right")}
    async with context(tmp_path, 80) as (given, _):
        built = SourceRegistry(offer(SOURCES, ()), given, configs)
    every = [built.status(id_) for id_ in built.ids()]
    stand = {one.id: (one.enabled, one.key, one.switch) for one in every}
    assert stand["openverse"] == (True, SourceKey.SET, "SOURCE_OPENVERSE_ENABLED=true")
    assert stand["wikimedia"] == (False, SourceKey.NONE, "SOURCE_WIKIMEDIA_ENABLED=true")
    assert stand["flickr"] == (False, SourceKey.MISSING, "SOURCE_FLICKR_API_KEY")
    off = built.status("wikimedia")
    assert off.info is not None
    assert (off.info.name, off.origin) == ("Wikimedia Commons", "pixcrawler")
    with pytest.raises(UnknownSource):
        built.status("flikr")


async def test_settings_say_what_the_sources_themselves_do_by_default(tmp_path: Path) -> None:
    configs = source_configs(load_settings({}))
    assert configs.keys() >= SOURCES.keys()
    for id_, factory in SOURCES.items():
        config = configs[id_]
        assert factory.enabled(config) == factory.enabled(SourceConfig())
        assert config.base_url in {None, factory.default_base_url}
        assert factory.default_interval in {config.interval or 0.0, 0.0}


def test_the_installed_plug_ins_are_looked_up() -> None:
    assert offer(SOURCES).factories.keys() >= SOURCES.keys()
