"""What the acts on policies share."""

from collections.abc import Collection

from pixcrawler.application.ports.policies import ArchivalPolicies, CleanupPolicies
from pixcrawler.application.ports.repositories import Repository
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.datasets.errors import DatasetNotFound, UnknownFormat
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.errors import SuperusersOnly
from pixcrawler.domain.shared.ids import PolicyId
from pixcrawler.domain.storage.errors import PolicyNameTaken
from pixcrawler.domain.storage.execution import PolicyKind
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy, Policy


def must_be_superuser(by: Actor) -> None:
    """Raises ScopeMissing for a key that may not write, and SuperusersOnly."""
    by.must(WRITE)
    if not by.may_see_all:
        raise SuperusersOnly


def repository(
    tx: UnitOfWork, kind: PolicyKind
) -> Repository[ArchivalPolicy, PolicyId] | Repository[CleanupPolicy, PolicyId]:
    return tx.archival_policies if kind is PolicyKind.ARCHIVAL else tx.cleanup_policies


def note(tx: UnitOfWork, act: Act, policy: Policy, kind: PolicyKind, *, by: Actor, **more: int) -> None:
    """See ``UnitOfWork.audit``. Policies are nobody's own, so they are of who acts on them."""
    tx.audit(act, policy.id, by=by, owner=by.id, kind=kind, name=policy.name, **more)


async def refuse_a_taken_name(policies: ArchivalPolicies | CleanupPolicies, policy: Policy) -> None:
    """Raises PolicyNameTaken."""
    holder = await policies.named(policy.name)
    if holder is not None and holder.id != policy.id:
        raise PolicyNameTaken(f"There is a policy named “{policy.name}” already.", field="name")


async def refuse_what_is_not_there(tx: UnitOfWork, policy: Policy, formats: Collection[str]) -> None:
    """A policy for it would act on nothing, and nobody would know.

    Raises ProjectNotFound, DatasetNotFound and UnknownFormat.
    """
    if policy.format is not None and policy.format not in formats:
        known = ", ".join(sorted(formats))
        raise UnknownFormat(f"“{policy.format}” is no export format; there is {known}.", field="format")
    try:
        if policy.project_id is not None:
            await tx.projects.get(policy.project_id)
    except ProjectNotFound as error:
        raise ProjectNotFound(f"There is no project {policy.project_id}.", field="project_id") from error
    try:
        if policy.dataset_id is not None:
            await tx.datasets.get(policy.dataset_id)
    except DatasetNotFound as error:
        raise DatasetNotFound(f"There is no dataset {policy.dataset_id}.", field="dataset_id") from error
