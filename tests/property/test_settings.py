import ipaddress
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.settings import PrivateNetwork, Secret, SettingsError, load_settings
from pixcrawler.settings.load import Settings
from pixcrawler.settings.parse import parse
from pixcrawler.settings.setting import Setting, as_text, sections_of, settings_of

SETTINGS = [setting for section in sections_of(Settings) for setting in settings_of(section)]
PLAIN = [
    setting
    for setting in SETTINGS
    if setting.kind in (int, float, bool) or get_origin(setting.kind) is Literal
]
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


def valid(setting: Setting) -> st.SearchStrategy[Any]:
    low, high = setting.meta.ge, setting.meta.le
    if setting.kind is int:
        assert low is not None
        assert high is not None
        return st.integers(int(low), int(high))
    if setting.kind is float:
        return st.floats(low, high)
    return st.booleans() if setting.kind is bool else st.sampled_from(get_args(setting.kind))


@given(st.data())
def test_every_valid_value_survives_the_way_through_the_environment(data: st.DataObject) -> None:
    setting = data.draw(st.sampled_from(PLAIN))
    value = data.draw(valid(setting))
    assert parse(setting, as_text(value)) == value


@given(st.dictionaries(st.sampled_from([setting.name for setting in SETTINGS]), TEXTS, max_size=8))
def test_any_text_is_taken_or_refused_by_name(environ: dict[str, str]) -> None:
    try:
        load_settings(environ)
    except SettingsError as error:
        about = {mistake.split()[0] for mistake in error.mistakes}
        in_production = {"DATABASE_URL", "REDIS_URL", "STORAGE_LINK_SECRET"}
        needed = in_production if "PIXCRAWLER_ENVIRONMENT" in environ else set()
        assert about <= environ.keys() | needed | {"FETCH_RETRY_MIN"}


@given(st.text(min_size=5, max_size=30))
def test_no_text_around_a_secret_shows_it(text: str) -> None:
    secret = Secret(text)
    assert repr(secret) == str(secret) == f"{secret}" == "***"


networks = st.one_of(
    st.builds(
        lambda a, n: ipaddress.ip_network((a, n), strict=False), st.ip_addresses(v=4), st.integers(0, 32)
    ),
    st.builds(
        lambda a, n: ipaddress.ip_network((a, n), strict=False), st.ip_addresses(v=6), st.integers(0, 128)
    ),
)


@given(networks, st.none() | st.integers(1, 65535))
def test_a_network_is_read_back_as_it_was_written(network: Any, port: int | None) -> None:
    entry = PrivateNetwork(network, port)
    assert PrivateNetwork.parse(str(entry)) == entry


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host",
        "10.0.0.0/8:0",
        "10.0.0.0/8:70000",
        "[::1",
        "[::1]:",
        "10.0.0.0/8:",
        "1.2.3.4:x",
        "[10.0.0.1]:80:1",
    ],
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the caller says what is valid
        PrivateNetwork.parse(text)
