from pathlib import Path

import pytest

from pixcrawler.settings import SettingsError, load_settings


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_a_file_that_is_not_there_is_no_mistake(dotenv: Path) -> None:
    assert load_settings({}, dotenv) == load_settings({})


def test_the_file_fills_what_the_environment_leaves_open(dotenv: Path) -> None:
    dotenv.write_text(
        "# ours\nexport FETCH_TIMEOUT=7 # seconds\nFETCH_USER_AGENT='Ann = me'\nWORKER_SLOTS=3\n"
    )
    settings = load_settings({"WORKER_SLOTS": "5"}, dotenv)
    assert settings.fetch.timeout == 7
    assert settings.fetch.user_agent == "Ann = me"
    assert settings.worker.slots == 5


def test_the_file_is_taken_as_it_stands(dotenv: Path) -> None:
    dotenv.write_text("DATABASE_URL=postgresql://ann:${HOME}x@db/pix\n")
    url = load_settings({"HOME": "/h"}, dotenv).database.url
    assert url is not None
    assert url.reveal() == "postgresql://ann:${HOME}x@db/pix"


def test_a_line_that_says_nothing_is_named(dotenv: Path) -> None:
    dotenv.write_text("WORKER_SLOTS=3\nFETCH_TIMEOUT\n")
    with pytest.raises(SettingsError, match=r"line 2: this is not NAME=value"):
        load_settings({}, dotenv)


def test_a_file_that_is_no_text_is_named(dotenv: Path) -> None:
    dotenv.write_bytes(b"\xff\xfe\x00A")
    with pytest.raises(SettingsError, match=r"\.env cannot be read: it is no UTF-8 text"):
        load_settings({}, dotenv)


def test_a_folder_in_its_place_is_named(dotenv: Path) -> None:
    dotenv.mkdir()
    with pytest.raises(SettingsError, match=r"\.env cannot be read: Is a directory"):
        load_settings({}, dotenv)
