"""`pixcrawler crawl` gives the same dataset wherever its pictures are kept."""

import hashlib
from pathlib import Path

import pytest

from pixcrawler.adapters.storage import StoreConfig, open_store
from tests.e2e.conftest import Shell, rows
from tests.servers.supabase_storage import SERVICE_KEY

pytestmark = pytest.mark.long


@pytest.fixture(params=["s3", "supabase"])
def provider(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def variables(provider: str, config: StoreConfig) -> dict[str, str]:
    names = {name: getattr(config, name) for name in config.__dataclass_fields__ if name.startswith(provider)}
    found = {f"STORAGE_{name.upper()}": str(value) for name, value in names.items() if value is not None}
    if provider == "supabase":
        found = {
            "STORAGE_SUPABASE_BUCKET": str(config.supabase_bucket),
            "SUPABASE_URL": str(config.supabase_url),
        }
        found["SUPABASE_SERVICE_ROLE_KEY"] = SERVICE_KEY
    return found | {"STORAGE_PROVIDER": provider}


def digests(folder: Path) -> dict[str, str]:
    pictures = (path for path in folder.rglob("*") if path.suffix in {".jpg", ".png", ".webp", ".gif"})
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in pictures}


async def test_a_crawl_into_a_store_elsewhere_ends_with_the_same_dataset(
    shell: Shell, urls: Path, provider: str, config: StoreConfig
) -> None:
    here = await shell("crawl", "shape", "--input", urls, "--out", "here", "--seed", "1", "--json")
    assert here.code == 0, here.err
    elsewhere = variables(provider, config)
    there = await shell(
        "crawl", "shape", "--input", urls, "--out", "there", "--seed", "1", "--json", **elsewhere
    )
    assert there.code == 0, there.err
    assert there.document["job"]["accepted"] == here.document["job"]["accepted"]
    assert digests(shell.folder / "there") == digests(shell.folder / "here")
    assert [row["file_name"] for row in rows(shell.folder / "there")] == [
        row["file_name"] for row in rows(shell.folder / "here")
    ]
    assert (shell.folder / "there/report.html").is_file()
    async with open_store(provider, config) as store:
        kept = [one async for one in store.keys("")]
    assert len(kept) > here.document["job"]["accepted"]
