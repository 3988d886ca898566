"""Which stores can be chosen, and what is said of those that are chosen by half."""

from pathlib import Path

import pytest

from pixcrawler.settings import Secret, SettingsError, load_settings
from pixcrawler.settings.setting import settings_of
from pixcrawler.settings.storage import StorageSettings, WarmStorageSettings
from tests.servers.gotrue_project import PROJECT

S3 = {"STORAGE_PROVIDER": "s3", "STORAGE_S3_BUCKET": "pictures"}
AZURE = {"STORAGE_PROVIDER": "azure", "STORAGE_AZURE_CONTAINER": "c", "STORAGE_AZURE_ACCOUNT": "a"}
SUPABASE = {"STORAGE_PROVIDER": "supabase", "STORAGE_SUPABASE_BUCKET": "pictures"}


def mistakes(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return "\n".join(caught.value.mistakes)


def test_nothing_set_means_a_local_store_and_no_warm_one() -> None:
    settings = load_settings({"PIXCRAWLER_HOME": "/srv/pix"})
    assert (settings.storage.provider, settings.warm.provider) == ("local", "none")
    assert settings.storage.spool_root == Path("/srv/pix/spool")
    assert settings.warm.local_root == Path("/srv/pix/warm")


def test_the_warm_store_takes_the_same_settings_as_the_other() -> None:
    own = {"spool_root", "spool_bytes", "timeout", "link_secret", "unreferenced_hours"}
    hot = {setting.field for setting in settings_of(StorageSettings)} - own
    assert hot == {setting.field for setting in settings_of(WarmStorageSettings)}


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"STORAGE_PROVIDER": "s3"}, ["STORAGE_S3_BUCKET"]),
        ({"STORAGE_PROVIDER": "gcs"}, ["STORAGE_GCS_BUCKET"]),
        ({"STORAGE_WARM_PROVIDER": "s3"}, ["STORAGE_WARM_S3_BUCKET"]),
        (
            {"STORAGE_PROVIDER": "azure"},
            ["STORAGE_AZURE_CONTAINER", "STORAGE_AZURE_ACCOUNT", "STORAGE_AZURE_KEY"],
        ),
        (SUPABASE, ["SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"]),
        (S3 | {"STORAGE_S3_ACCESS_KEY": "a"}, ["STORAGE_S3_SECRET_KEY"]),
        (AZURE | {"STORAGE_AZURE_KEY": "a", "STORAGE_AZURE_SAS": "b"}, ["one of STORAGE_AZURE_KEY"]),
        ({"STORAGE_LINK_SECRET": "short"}, ["STORAGE_LINK_SECRET"]),
        ({"STORAGE_PROVIDER": "ftp"}, ["STORAGE_PROVIDER", "one of local, supabase, s3, azure, gcs"]),
    ],
)
def test_what_a_chosen_store_lacks_is_named(environ: dict[str, str], named: list[str]) -> None:
    told = mistakes(**environ)
    assert all(name in told for name in named), told


def test_what_another_store_would_lack_does_not_matter() -> None:
    assert load_settings({"STORAGE_S3_ACCESS_KEY": "a"}).storage.provider == "local"


@pytest.mark.parametrize(
    "warm",
    [
        {"STORAGE_WARM_PROVIDER": "s3", "STORAGE_WARM_S3_BUCKET": "pictures"},
        {"STORAGE_PROVIDER": "local", "STORAGE_WARM_PROVIDER": "local", "STORAGE_WARM_LOCAL_ROOT": "/x"},
    ],
)
def test_both_tiers_in_one_place_are_refused(warm: dict[str, str]) -> None:
    assert "same place" in mistakes(**(S3 | {"STORAGE_LOCAL_ROOT": "/x"} | warm))


def test_a_service_account_may_be_named_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text('{"type": "service_account"}')
    given = {"STORAGE_PROVIDER": "gcs", "STORAGE_GCS_BUCKET": "b"}
    settings = load_settings(given | {"STORAGE_GCS_SERVICE_ACCOUNT_FILE": str(tmp_path / "key.json")})
    assert settings.storage.gcs_service_account == Secret('{"type": "service_account"}')


def test_production_needs_a_secret_for_links_unless_its_store_signs_them() -> None:
    production = {
        "PIXCRAWLER_ENVIRONMENT": "production",
        "DATABASE_URL": "postgresql://h/d",
        "REDIS_URL": "redis://h",
    } | PROJECT
    keys = {"STORAGE_S3_ACCESS_KEY": "a", "STORAGE_S3_SECRET_KEY": "b"}
    assert load_settings(production | S3 | keys).storage.link_secret is None
    assert "STORAGE_LINK_SECRET" in mistakes(**(production | S3))
    assert "STORAGE_LINK_SECRET" in mistakes(**production)
