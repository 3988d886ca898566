"""Deleting a policy."""

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.storage.policies import must_be_superuser, note, repository
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import PolicyId
from pixcrawler.domain.storage.execution import PolicyKind


@use_case
class DeletePolicy:
    """The log of its executions stays; one that has not begun fails."""

    transaction: Transaction

    async def __call__(self, kind: PolicyKind, policy_id: PolicyId, *, by: Actor) -> None:
        """Raises SuperusersOnly and PolicyNotFound."""
        must_be_superuser(by)
        async with self.transaction() as tx:
            policy = await repository(tx, kind).get(policy_id)
            await repository(tx, kind).delete(policy_id)
            note(tx, Act.POLICY_DELETED, policy, kind, by=by)
            await tx.commit()
