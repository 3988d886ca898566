"""A project is named whole, and its keys do not stand in each other's place."""

import base64
import json

import pytest

from pixcrawler.settings import Secret, SettingsError, load_settings
from tests.servers.gotrue_project import PROJECT


def mistakes(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return "\n".join(caught.value.mistakes)


def legacy_key(role: str) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return ".".join([part({"alg": "HS256"}), part({"role": role}), "sig"])


def test_nothing_set_means_accounts_of_our_own() -> None:
    assert load_settings({}).supabase.anon_key is None


def test_a_whole_project_is_taken() -> None:
    given = load_settings(PROJECT).supabase
    assert given.url == PROJECT["SUPABASE_URL"]
    assert given.anon_key == Secret(PROJECT["SUPABASE_ANON_KEY"])
    assert (given.jwt_audience, given.jwt_issuer, given.jwt_secret) == ("authenticated", None, None)


@pytest.mark.parametrize("missing", ["SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"])
def test_a_project_named_by_half_is_refused(missing: str) -> None:
    assert f"{missing} is not" in mistakes(
        **{name: text for name, text in PROJECT.items() if name != missing}
    )


def test_a_project_may_be_there_for_its_storage_alone() -> None:
    storage_alone = {name: text for name, text in PROJECT.items() if name != "SUPABASE_ANON_KEY"}
    assert load_settings(storage_alone).supabase.anon_key is None


@pytest.mark.parametrize("key", ["sb_secret_1", legacy_key("service_role")])
def test_a_key_that_may_do_everything_is_no_anon_key(key: str) -> None:
    told = mistakes(**PROJECT | {"SUPABASE_ANON_KEY": key})
    assert "SUPABASE_ANON_KEY is a key that may do everything" in told
    assert key not in told


@pytest.mark.parametrize("key", ["sb_publishable_1", legacy_key("anon")])
def test_a_key_for_everybody_is_no_service_key(key: str) -> None:
    assert "SUPABASE_SERVICE_ROLE_KEY is a key for everybody" in mistakes(
        **PROJECT | {"SUPABASE_SERVICE_ROLE_KEY": key}
    )


@pytest.mark.parametrize("key", ["a.b.c", "a.!!!.c", "a.bnVsbA.c", "a..c", "no key at all"])
def test_keys_of_other_kinds_are_left_alone(key: str) -> None:
    settings = load_settings(PROJECT | {"SUPABASE_ANON_KEY": key, "SUPABASE_SERVICE_ROLE_KEY": key})
    assert settings.supabase.anon_key == Secret(key)


@pytest.mark.parametrize("path", ["/auth/v1", "/rest/v1/"])
def test_the_url_is_the_projects_and_not_a_services(path: str) -> None:
    assert "SUPABASE_URL is where" in mistakes(**PROJECT | {"SUPABASE_URL": f"https://a.supabase.co{path}"})


def test_a_short_secret_is_refused_unseen() -> None:
    told = mistakes(**PROJECT | {"SUPABASE_JWT_SECRET": "s" * 31})
    assert "SUPABASE_JWT_SECRET must have 32 characters or more." in told


def test_the_keys_show_nowhere() -> None:
    settings = load_settings(PROJECT | {"SUPABASE_JWT_SECRET": "hush" * 8})
    for secret in (PROJECT["SUPABASE_ANON_KEY"], PROJECT["SUPABASE_SERVICE_ROLE_KEY"], "hush"):
        assert secret not in repr(settings)
