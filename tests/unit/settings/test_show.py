from pathlib import Path

import msgspec

from pixcrawler.settings import Secret, describe, load_settings, render_example
from pixcrawler.settings.load import Settings
from pixcrawler.settings.parse import parse
from pixcrawler.settings.setting import sections_of, settings_of

ROOT = Path(__file__).parents[3]
SETTINGS = [setting for section in sections_of(Settings) for setting in settings_of(section)]


# Property 4: `.env.example` equals the settings.
def test_the_example_file_is_what_the_code_says() -> None:
    committed = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert committed == render_example(), "run: .venv/bin/pixcrawler config example > .env.example"


def test_each_setting_is_explained_once() -> None:
    text = render_example()
    for setting in SETTINGS:
        assert text.count(f"\n#{setting.name}=") == 1
        assert setting.purpose.endswith(".")


def test_each_example_is_valid() -> None:
    for setting in SETTINGS:
        parse(setting, setting.example)


def test_the_example_file_with_every_line_in_force_can_be_loaded(tmp_path: Path) -> None:
    lines = [
        line[1:] if line.startswith("#") and line[1:2].isupper() else line
        for line in render_example().splitlines()
    ]
    (tmp_path / ".env").write_text("\n".join(lines))
    settings = load_settings({}, tmp_path / ".env")
    assert settings.pixcrawler.environment == "production"
    assert settings.fetch.concurrency == 128


def test_what_holds_is_shown_by_name_and_without_secrets() -> None:
    settings = load_settings(
        {
            "DATABASE_URL": "postgresql://ann:hush@db/pix",
            "SOURCE_OPENVERSE_API_KEY": "hush",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": "127.0.0.1:80,::1",
        }
    )
    shown = describe(settings)
    assert list(shown) == [setting.name for setting in SETTINGS]
    assert shown["DATABASE_URL"] == "***"
    assert shown["REDIS_URL"] is None
    assert shown["FETCH_TIMEOUT"] == 30
    assert shown["FETCH_RESPECT_ROBOTS"] is True
    assert shown["FETCH_ALLOWED_PRIVATE_NETWORKS"] == ["127.0.0.1/32:80", "::1/128"]
    assert b"hush" not in msgspec.json.encode(shown)
    assert "hush" not in repr(settings)


def test_a_secret_tells_nobody_but_who_asks() -> None:
    secret = Secret("hush")
    assert f"{secret} {secret!r} {[secret]}" == "*** *** [***]"
    assert secret.reveal() == "hush"
    assert secret != Secret("other")
    assert len({secret, Secret("hush")}) == 1
