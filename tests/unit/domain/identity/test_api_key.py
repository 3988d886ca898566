"""What a key may be, and what is never told of it."""

import logging
from datetime import timedelta

import msgspec
import pytest
from rich.pretty import pretty_repr

from pixcrawler.domain.identity.api_key import ApiKey, IssuedKey, KeyRequest, issue
from pixcrawler.domain.identity.errors import InvalidProfile, UnusableApiKey
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind, is_key, key_digest
from pixcrawler.domain.identity.profile import new_superuser
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import ApiKeyId, UserId
from tests.fakes.aggregates import AT
from tests.fakes.ids import CountingIds

NEW_ID = CountingIds()
CHANCE = bytes(range(RANDOM_BYTES))


def issued(wanted: KeyRequest) -> tuple[ApiKey, IssuedKey]:
    key, owner = ApiKeyId(NEW_ID()), UserId(NEW_ID())
    return issue(key, wanted, kind=KeyKind.TEST, random=CHANCE, owner=owner, at=AT)


def wanted(name: str = "laptop", scopes: set[str] | None = None, after: float | None = None) -> KeyRequest:
    expires = None if after is None else AT + timedelta(seconds=after)
    chosen = frozenset({"*"} if scopes is None else scopes)
    return KeyRequest(name=name, scopes=chosen, expires_at=expires)


def test_a_new_key_is_kept_as_a_digest_and_shown_once() -> None:
    kept, shown = issued(wanted("  my\n laptop ", {"write", "read"}, after=60))
    assert is_key(shown.key, KeyKind.TEST)
    assert kept.digest == key_digest(shown.key)
    assert kept.shown == shown.shown == "pxc_test_…" + shown.key[-4:]
    assert (kept.name, kept.scopes) == (shown.name, shown.scopes) == ("my laptop", ("read", "write"))
    assert kept.expires_at == shown.expires_at == AT + timedelta(minutes=1)
    assert (kept.created_at, kept.revoked_at, kept.last_used_at) == (AT, None, None)


def test_what_is_kept_of_a_key_does_not_hold_it() -> None:
    kept, shown = issued(wanted())
    stored = msgspec.json.encode(kept).decode() + repr(kept)
    assert shown.key not in stored
    assert shown.key[9:-6] not in stored


def test_no_repr_log_or_traceback_shows_a_key(caplog: pytest.LogCaptureFixture) -> None:
    _, shown = issued(wanted())
    logging.getLogger("test").warning("%s %r %s", shown, shown, [shown])
    told = caplog.text + repr(shown) + str(shown) + f"{shown}" + repr({"a": [shown]}) + pretty_repr(shown)
    assert shown.key[9:-6] not in told
    assert shown.shown in told


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (wanted(name=""), "name"),
        (wanted(name=" \t"), "name"),
        (wanted(name="x" * 101), "name"),
        (wanted(scopes=set()), "scopes"),
        (wanted(scopes={"read", "root"}), "scopes"),
        (wanted(after=0), "expires_at"),
        (wanted(after=-1), "expires_at"),
    ],
)
def test_an_unusable_key_is_refused_by_field(request_: KeyRequest, field: str) -> None:
    with pytest.raises(UnusableApiKey) as caught:
        issued(request_)
    assert caught.value.field == field


def test_the_longest_name_is_taken() -> None:
    assert issued(wanted(name="x" * 100))[0].name == "x" * 100


def test_a_key_is_revoked_once() -> None:
    kept, _ = issued(wanted())
    kept.revoke(at=AT)
    kept.revoke(at=AT + timedelta(days=1))
    assert kept.revoked_at == AT


@pytest.mark.parametrize("name", ["", " ", "ann ", " ann", "a\0b", "a\nb", "x" * 201, "\ud800"])
def test_nobody_can_be_called_that(name: str) -> None:
    with pytest.raises(InvalidProfile) as caught:
        new_superuser(UserId(NEW_ID()), name=name)
    assert caught.value.field == "name"


@pytest.mark.parametrize("name", ["ann", "Ann Ö. 猫", "x" * 200])
def test_a_superuser_has_a_name(name: str) -> None:
    profile = new_superuser(UserId(NEW_ID()), name=name)
    assert (profile.name, profile.role) == (name, Role.SUPERUSER)
