"""The table of what events cause."""

import pytest

from pixcrawler.application.delivery.reactions import QUEUES, REACTIONS, reactions_to
from pixcrawler.domain.shared.events import Event
from tests.fakes.aggregates import AT


def concrete(kind: type[Event]) -> set[type[Event]]:
    found = {kind} if kind.__struct_config__.tag not in (None, kind.__name__) else set()
    return found.union(*(concrete(child) for child in kind.__subclasses__()))


def test_every_event_stands_in_the_table_under_a_name_of_its_own() -> None:
    ours = {kind for kind in concrete(Event) if kind.__module__.startswith("pixcrawler.")}
    assert ours == set(REACTIONS)
    assert len({kind.__struct_config__.tag for kind in ours}) == len(ours)


def test_an_event_that_is_not_in_the_table_is_a_mistake() -> None:
    class Forgotten(Event, frozen=True, kw_only=True, tag="test.forgotten"):
        pass

    with pytest.raises(KeyError):
        reactions_to(Forgotten(at=AT))


def test_every_task_has_a_queue_that_is_served() -> None:
    reactions = [reaction for caused in REACTIONS.values() for reaction in caused]
    assert {reaction.queue for reaction in reactions} <= set(QUEUES)
    assert all(reaction.task.startswith("pixcrawler.") for reaction in reactions)
