from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from pixcrawler.domain.shared.errors import Invalid
from pixcrawler.settings import PrivateNetwork, Secret, SettingsError, load_settings
from tests.servers.gotrue_project import PROJECT

POSTGRES = "postgresql://ann:hush@db.example.org/pix"
REDIS = "redis://:hush@redis.example.org:6379/0"
PRODUCTION = {
    "PIXCRAWLER_ENVIRONMENT": "production",
    "DATABASE_URL": POSTGRES,
    "REDIS_URL": REDIS,
    "STORAGE_LINK_SECRET": "s" * 32,
    **PROJECT,
}


def mistakes(environ: Mapping[str, str], dotenv: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, dotenv)
    return caught.value.mistakes


def test_without_any_variable_everything_has_its_default() -> None:
    settings = load_settings({"HOME": "/home/ann"})
    assert settings.pixcrawler.environment == "development"
    assert settings.pixcrawler.home == Path("/home/ann/.local/share/pixcrawler")
    assert settings.storage.local_root == Path("/home/ann/.local/share/pixcrawler/objects")
    assert settings.database.url is None
    assert settings.fetch.respect_robots is True
    assert settings.fetch.allowed_private_networks == ()
    assert settings.sources.openverse.enabled is True


def test_texts_become_values_of_the_declared_kind() -> None:
    settings = load_settings(
        {
            "DATABASE_URL": POSTGRES,
            "DATABASE_ECHO": "TRUE",
            "FETCH_PER_HOST_RATE": "0.5",
            "FETCH_MAX_BYTES": "5e6",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": "127.0.0.1:8080, 10.0.0.0/8,[::1]:9",
            "SOURCE_FOLDER_ROOTS": "/srv/a:/srv/b",
            "SOURCE_OPENVERSE_BASE_URL": "http://127.0.0.1:8001/v1",
            "STORAGE_LOCAL_ROOT": "relative",
        }
    )
    assert settings.database.url == Secret(POSTGRES)
    assert settings.database.echo is True
    assert settings.fetch.per_host_rate == 0.5
    assert settings.fetch.max_bytes == 5_000_000
    assert settings.fetch.allowed_private_networks == (
        PrivateNetwork.parse("127.0.0.1/32:8080"),
        PrivateNetwork.parse("10.0.0.0/8"),
        PrivateNetwork.parse("[::1/128]:9"),
    )
    assert settings.sources.folder.roots == (Path("/srv/a"), Path("/srv/b"))
    assert settings.sources.openverse.base_url == "http://127.0.0.1:8001/v1"
    assert settings.storage.local_root == Path.cwd() / "relative"


def test_data_goes_where_the_desktop_says() -> None:
    settings = load_settings({"HOME": "/home/ann", "XDG_DATA_HOME": "/data"})
    assert settings.pixcrawler.home == Path("/data/pixcrawler")


def test_a_relative_data_folder_of_the_desktop_counts_as_none() -> None:
    settings = load_settings({"HOME": "/home/ann", "XDG_DATA_HOME": "data"})
    assert settings.pixcrawler.home == Path("/home/ann/.local/share/pixcrawler")


def test_a_variable_set_to_nothing_counts_as_not_set() -> None:
    assert load_settings({"FETCH_TIMEOUT": " ", "DATABASE_URL": ""}) == load_settings({})


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes(
        {
            "PIXCRAWLER_ENVIRONMENT": "prod",
            "FETCH_CONCURRENCY": "many",
            "FETCH_TIMEOUT": "nan",
            "DATABASE_POOL_SIZE": "0",
            "WORKER_SLOTS": "2.5",
            "FETCH_RESPECT_ROBOTS": "perhaps",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": "10.0.0.1/8",
            "SOURCE_WIKIMEDIA_BASE_URL": "ftp://example.org",
            "CELERY_BROKER_URL": REDIS,
            "FETCH_CONCURENCY": "4",
        }
    )
    assert len(found) == 10
    assert "FETCH_CONCURRENCY is 'many', but must be a whole number from 0 to 4096." in found
    assert "DATABASE_POOL_SIZE is '0', but must be a whole number from 1 to 500." in found


def test_the_error_is_one_message_that_says_where_to_look() -> None:
    with pytest.raises(Invalid) as caught:
        load_settings({"FETCH_TIMEOUT": "soon", "FETCH_ATTEMPTS": "-1"})
    assert caught.value.code == "SETTINGS_INVALID"
    message = str(caught.value)
    assert message.startswith("The settings have 2 mistakes:\n")
    assert "FETCH_TIMEOUT" in message
    assert "FETCH_ATTEMPTS" in message
    assert "pixcrawler config example" in message


@pytest.mark.parametrize(
    "url", ["mysql://ann:hush@db/pix", "postgresql://", "ann:hush@db", "postgresql://a b:hush@c/d"]
)
def test_a_wrong_url_is_refused_without_showing_it(url: str) -> None:
    (mistake,) = mistakes({"DATABASE_URL": url})
    assert "DATABASE_URL must be a URL that starts with postgresql://" in mistake
    assert "hush" not in mistake


def test_the_shortest_wait_may_not_be_longer_than_the_longest() -> None:
    assert mistakes({"FETCH_RETRY_MIN": "11"}) == (
        "FETCH_RETRY_MIN (11) must not be greater than FETCH_RETRY_MAX (10).",
    )


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_production_does_not_start_without_its_services(environment: str) -> None:
    found = mistakes({"PIXCRAWLER_ENVIRONMENT": environment})
    named = [mistake.split()[0] for mistake in found]
    assert named == ["DATABASE_URL", "REDIS_URL", *PROJECT, "STORAGE_LINK_SECRET"]
    assert all(environment in mistake for mistake in found[:-1])


def test_production_starts_with_its_services() -> None:
    assert load_settings(PRODUCTION).pixcrawler.environment == "production"


def test_a_wrong_service_is_not_reported_as_missing_too() -> None:
    assert len(mistakes(PRODUCTION | {"DATABASE_URL": "no"})) == 1


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("  open sesame\n")
    settings = load_settings({"SOURCE_OPENVERSE_API_KEY_FILE": str(tmp_path / "key")})
    assert settings.sources.openverse.api_key == Secret("open sesame")


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (mistake,) = mistakes({"REDIS_URL_FILE": str(tmp_path / "nothing")})
    assert (
        mistake
        == f"REDIS_URL_FILE names {tmp_path}/nothing, which cannot be read: No such file or directory."
    )


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    (mistake,) = mistakes({"REDIS_URL": REDIS, "REDIS_URL_FILE": str(tmp_path)})
    assert "both set" in mistake
    assert "hush" not in mistake


def test_only_secrets_stand_in_files() -> None:
    (mistake,) = mistakes({"FETCH_TIMEOUT_FILE": "/x"})
    assert mistake.startswith("FETCH_TIMEOUT_FILE is no setting")


def test_the_home_of_nobody_is_refused() -> None:
    (mistake,) = mistakes({"PIXCRAWLER_HOME": "~nobody-at-all/x"})
    assert mistake == "PIXCRAWLER_HOME is '~nobody-at-all/x', but must be the path of a folder."


def test_without_a_name_of_the_operators_own_crawls_name_the_program_and_its_version_alone() -> None:
    settings = load_settings({"HOME": "/home/ann"})
    assert settings.fetch.user_agent == f"PixCrawler/{version('pixcrawler')}"


def test_engines_without_an_api_are_off_and_keyed_sources_wait_for_their_key() -> None:
    sources = load_settings({}).sources
    assert {source.enabled for source in (sources.searxng, sources.bing, sources.duckduckgo)} == {False}
    assert {source.enabled for source in (sources.flickr, sources.brave)} == {None}
    assert sources.searxng.base_url is None


@pytest.mark.parametrize(
    ("source", "need"), [("SEARXNG", "BASE_URL"), ("FLICKR", "API_KEY"), ("BRAVE", "API_KEY")]
)
def test_a_source_is_not_switched_on_without_what_it_needs(source: str, need: str, tmp_path: Path) -> None:
    on = {f"SOURCE_{source}_ENABLED": "true"}
    (mistake,) = mistakes(on)
    assert mistake.startswith(f"SOURCE_{source}_ENABLED is true, but SOURCE_{source}_{need} is not set: ")
    load_settings({**on, f"SOURCE_{source}_{need}": "http://127.0.0.1:8888"})
    load_settings({f"SOURCE_{source}_ENABLED": "false"})


def test_a_key_in_a_file_is_a_key(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("open sesame\n")
    named = {"SOURCE_FLICKR_ENABLED": "true", "SOURCE_FLICKR_API_KEY_FILE": str(tmp_path / "key")}
    assert load_settings(named).sources.flickr.api_key == Secret("open sesame")
