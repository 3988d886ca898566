from pathlib import Path

import pytest

from pixcrawler.settings import SettingsError, load_settings
from pixcrawler.settings.load import Settings
from pixcrawler.settings.setting import sections_of, settings_of

SECTIONS = list(sections_of(Settings))


def refused(name: str, text: str = "x", *, dotenv: Path | None = None) -> str:
    """What is said about a variable of this name; empty when it is left in peace."""
    environ = {name: text}
    if dotenv is not None:
        dotenv.write_text(f"{name}={text}\n")
        environ = {}
    try:
        load_settings(environ, dotenv)
    except SettingsError as error:
        (mistake,) = error.mistakes
        return mistake
    return ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ALLOWED_ORIGINS", "API_ALLOWED_ORIGINS"),
        ("CELERY_BROKER_URL", "REDIS_URL"),
        ("CELERY_TASK_TIME_LIMIT", "WORKER_"),
        ("PIXCRAWLER_CELERY_TASK_MAX_RETRIES", "QUEUE_"),
        ("STORAGE_LOCAL_PATH", "STORAGE_LOCAL_ROOT"),
    ],
)
def test_a_name_of_the_first_design_is_refused_with_the_new_one(old: str, new: str) -> None:
    assert new in refused(old)


@pytest.mark.parametrize("name", ["HOST", "PORT", "DEBUG", "ENVIRONMENT", "LOG_LEVEL"])
def test_a_general_word_is_ours_in_the_file_only(name: str, tmp_path: Path) -> None:
    assert "it is now" in refused(name, dotenv=tmp_path / ".env")
    assert refused(name) == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "::", "localhost"])
def test_an_address_as_host_was_meant_for_us(address: str) -> None:
    assert "API_HOST" in refused("HOST", address)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("FETCH_CONCURENCY", "FETCH_CONCURRENCY"),
        ("DATABASE_POOLSIZE", "DATABASE_POOL_SIZE"),
        ("REDIS_URI", "REDIS_URL"),
        ("PIXCRAWLER_LOGLEVEL", "PIXCRAWLER_LOG_LEVEL"),
        ("SOURCE_OPENVERSE_APIKEY", "SOURCE_OPENVERSE_API_KEY"),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_what_was_meant(slip: str, meant: str) -> None:
    assert refused(slip) == f"{slip} is no setting; did you mean {meant}?"


def test_an_unlikely_name_with_a_prefix_of_ours_is_refused_in_the_file(tmp_path: Path) -> None:
    assert refused("DATABASE_ZZZZZZZZZZZZZZZZZZZZZ", dotenv=tmp_path / ".env").endswith("remove it.")


@pytest.mark.parametrize(
    "name",
    [
        "REDIS_TLS_URL",
        "DATABASE_URL_UNPOOLED",
        "SOURCE_DATE_EPOCH",
        "STORAGE_EMULATOR_HOST",
        "REDIS_PORT_6379_TCP",
        "PIXCRAWLER_SERVICE_HOST",
        "PIXCRAWLER_PORT",
        "PIXCRAWLER_TOKEN",
        "API_HOST",
        "PATH",
    ],
)
def test_what_belongs_to_other_programs_is_left_in_peace(name: str) -> None:
    assert refused(name) == ""


# Property 3: every setting has its section's prefix, and no two are called the same (every section).
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_setting_has_its_sections_prefix(section: type) -> None:
    prefix: str = section.env_prefix  # type: ignore[attr-defined]
    assert prefix.endswith("_")
    assert [other for other in SECTIONS if other.env_prefix == prefix] == [section]  # type: ignore[attr-defined]
    names = [setting.name for setting in settings_of(section)]
    assert names
    assert all(name.isupper() and name.startswith(prefix) for name in names)


def test_no_two_settings_share_a_name() -> None:
    names = [setting.name for section in SECTIONS for setting in settings_of(section)]
    assert len(names) == len(set(names)) > 30
