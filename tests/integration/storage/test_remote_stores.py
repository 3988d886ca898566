"""What stores elsewhere say when they are set up wrongly, and what of theirs stands on this machine."""

import asyncio
import dataclasses
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from pixcrawler.adapters.storage import StoreConfig, open_store
from pixcrawler.adapters.storage.ranged_file import FIRST, LARGEST, as_file
from pixcrawler.adapters.storage.spool import Spool
from pixcrawler.domain.shared.errors import StorageFull, Unavailable
from tests.servers.supabase_storage import SupabaseStorage

BUCKETS = {"s3": "s3_bucket", "azure": "azure_container", "supabase": "supabase_bucket"}
REMOTE = [pytest.param("azure", marks=pytest.mark.long), "s3", "supabase"]
OTHER_KEY = "b3RoZXIga2V5IG90aGVyIGtleSBvdGhlciBrZXkgb3RoZXIga2V5IG90aGVyIGtleSBvdGhlciBrZXkgb3RoZXI="


@pytest.mark.parametrize("provider", REMOTE)
async def test_a_bucket_that_is_not_there_is_named_with_its_setting(
    provider: str, config: StoreConfig
) -> None:
    names: dict[str, Any] = {BUCKETS[provider]: "nobody-made-this"}
    async with open_store(provider, dataclasses.replace(config, **names)) as store:
        for act in (store.put("a", b"x"), store.get("a"), store.check()):
            with pytest.raises(Unavailable, match="nobody-made-this") as told:
                await act
            assert f"STORAGE_{BUCKETS[provider].upper()}" in str(told.value)


@pytest.mark.parametrize(
    ("provider", "wrong", "setting"),
    [
        ("supabase", {"supabase_key": "wrong"}, "SUPABASE_SERVICE_ROLE_KEY"),
        pytest.param("azure", {"azure_key": OTHER_KEY}, "STORAGE_AZURE_KEY", marks=pytest.mark.long),
    ],
)
async def test_refused_credentials_are_told_with_their_setting_and_not_shown(
    provider: str, wrong: dict[str, Any], setting: str, config: StoreConfig
) -> None:
    async with open_store(provider, dataclasses.replace(config, **wrong)) as store:
        for act in (store.put("a", b"x"), store.get("a"), store.check()):
            with pytest.raises(Unavailable, match="refuses") as told:
                await act
            assert setting in str(told.value)
            assert not any(value in str(told.value) for value in wrong.values())


@pytest.mark.long
@pytest.mark.parametrize("provider", ["azure"])
async def test_no_signature_of_an_address_gets_into_an_error(provider: str, config: StoreConfig) -> None:
    sas = "sv=2021-12-02&ss=b&srt=co&sp=rwdlac&se=2030-01-01T00:00:00Z&sig=c2VjcmV0c2VjcmV0"
    wrong = dataclasses.replace(config, azure_key=None, azure_sas=sas)
    async with open_store(provider, wrong) as store:
        with pytest.raises(Unavailable) as told:
            await store.get("a")
        assert told.value.__cause__ is None
        assert told.value.__suppress_context__
        assert "c2VjcmV0" not in str(told.value)
        assert await store.link("a", seconds=60, filename="a") is None


@pytest.mark.parametrize("provider", ["supabase"])
async def test_an_object_that_is_too_large_for_the_store_is_said_plainly(
    provider: str, config: StoreConfig, supabase_server: SupabaseStorage
) -> None:
    del provider
    limit, supabase_server.limit = supabase_server.limit, 1_000
    try:
        async with open_store("supabase", config) as store:
            with pytest.raises(StorageFull, match="file size limit"):
                await store.put("a", b"x" * 1_001)
    finally:
        supabase_server.limit = limit


@pytest.mark.parametrize("provider", REMOTE)
async def test_an_object_that_is_replaced_while_it_is_read_is_not_mixed_with_the_other(
    provider: str, config: StoreConfig
) -> None:
    async with open_store(provider, config) as store:
        await store.put("a", b"1" * 3_000_000)
        file = await asyncio.to_thread(store.reader, "a")
        assert await asyncio.to_thread(file.read, 10) == b"1" * 10
        await store.put("a", b"2" * 3_000_000)
        with pytest.raises(Unavailable, match="replaced"):
            await asyncio.to_thread(file.read)


@pytest.mark.parametrize("provider", ["s3"])
async def test_nothing_stays_in_the_spool(provider: str, config: StoreConfig, tmp_path: Path) -> None:
    async with open_store(provider, config) as store:
        body = store.receive()
        body.write(b"one")
        await store.keep(body, "a")
        os.close(await store.open_for_reading("a"))
        await store.place(("a", tmp_path / "a"))
        assert not list(config.spool_root.iterdir())
    assert stat.S_IMODE(config.spool_root.stat().st_mode) == 0o700


def test_a_spool_is_bounded_and_has_room_again_when_bodies_go(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 1_000)
    one, other = spool.body(), spool.body()
    one.write(b"x" * 900)
    with pytest.raises(StorageFull, match="STORAGE_SPOOL_BYTES"):
        other.write(b"x" * 101)
    one.discard()
    one.discard()
    other.write(b"x" * 1_000)


def test_a_body_that_nobody_holds_any_more_takes_no_room(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 1_000)
    spool.body().write(b"x" * 1_000)
    spool.body().write(b"x" * 1_000)
    assert spool.sweep(older_than=-1) == 0


def test_a_file_elsewhere_is_read_in_ever_larger_ranges_while_reading_goes_straight_on() -> None:
    data = os.urandom(3 * LARGEST)
    asked: list[tuple[int, int]] = []

    def fetch(start: int, length: int) -> bytes:
        asked.append((start, length))
        return data[start : start + length]

    with as_file(len(data), fetch) as file:
        file.seek(-22, os.SEEK_END)
        assert file.read() == data[-22:]
        assert asked == [(len(data) - 22, 22)]
        file.seek(0)
        assert b"".join(iter(lambda: file.read(100_000), b"")) == data
    lengths = [length for _, length in asked[1:]]
    assert lengths[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert max(lengths) == LARGEST


@pytest.mark.parametrize("provider", ["supabase"])
async def test_a_reader_that_would_wait_for_its_own_loop_says_so(provider: str, config: StoreConfig) -> None:
    async with open_store(provider, config) as store:
        await store.put("a", b"x")
        with pytest.raises(RuntimeError, match="in a thread"):
            store.reader("a")
