"""The person at this machine's keyboard."""

from pixcrawler.application.identity.local_actor import FindLocalUser
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.memory_transaction import MemoryTransaction


async def test_the_local_user_is_made_once_and_found_again() -> None:
    transaction = MemoryTransaction()
    find = FindLocalUser(transaction=transaction, clock=StandingClock(), new_id=CountingIds())
    first, second = await find(), await find()
    assert first == second
    assert first.actor.role is Role.SUPERUSER
    (project,) = transaction.database.tables.projects.values()
    assert (project.id, project.owner_id) == (first.project_id, first.actor.id)


async def test_two_commands_that_start_together_find_the_same_user() -> None:
    transaction = MemoryTransaction()
    transaction.database.refusals.append(ChangedMeanwhile("Somebody else was first."))
    find = FindLocalUser(transaction=transaction, clock=StandingClock(), new_id=CountingIds())
    await find()
    assert len(transaction.database.tables.profiles) == 1


async def test_only_the_project_is_made_where_only_that_is_missing() -> None:
    transaction = MemoryTransaction()
    find = FindLocalUser(transaction=transaction, clock=StandingClock(), new_id=CountingIds())
    first = await find()
    async with transaction() as tx:
        await tx.projects.delete(first.project_id)
        await tx.commit()
    second = await find()
    assert second.actor == first.actor
    assert second.project_id != first.project_id
