"""Who may see what, and how events are named."""

import msgspec
import pytest

from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.domain.crawling.events import JobFilled
from pixcrawler.domain.datasets.version import VersionReady
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import DomainError, Forbidden, Invalid
from tests.fakes.aggregates import AT, Aggregates

MAKE = Aggregates(Uuid7())


@pytest.mark.parametrize(("role", "sees_others"), [(Role.USER, False), (Role.SUPERUSER, True)])
def test_everybody_sees_their_own_and_superusers_all(role: Role, *, sees_others: bool) -> None:
    profile, other = MAKE.profile(role=role), MAKE.profile()
    assert profile.actor == Actor(profile.id, role)
    assert profile.actor.may_see(profile.id)
    assert profile.actor.may_see(other.id) == sees_others


@pytest.mark.parametrize("scopes", [{"read", "write"}, {"write"}, {"*"}])
def test_a_scope_that_is_held_suffices(scopes: set[str]) -> None:
    Actor(MAKE.new_id(), Role.USER, frozenset(scopes)).must("write")


@pytest.mark.parametrize("scopes", [set(), {"read"}, {"writer"}])
def test_a_scope_that_is_missing_is_named_whatever_the_role(scopes: set[str]) -> None:
    with pytest.raises(Forbidden, match="'write'") as caught:
        Actor(MAKE.new_id(), Role.SUPERUSER, frozenset(scopes)).must("write")
    assert caught.value.code == "SCOPE_MISSING"


def test_who_acts_without_a_key_is_held_back_by_no_scope() -> None:
    MAKE.profile().actor.must("write")


def test_an_event_is_stored_with_its_name() -> None:
    event = JobFilled(at=AT, job_id=MAKE.new_id(), run=1)
    assert msgspec.to_builtins(event)["event"] == "crawling.job_filled"


def test_an_event_need_not_be_about_anything() -> None:
    assert VersionReady(at=AT, version_id=MAKE.new_id()).subject_id is None


def test_an_error_names_the_field_that_is_wrong() -> None:
    assert Invalid("It is wrong.", field="name").field == "name"
    assert DomainError("It is wrong.").field is None
