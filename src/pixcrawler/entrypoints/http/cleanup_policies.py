"""``/policies/cleanup``: policies that let go of what is needed no longer."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg

from pixcrawler.application.ports.policies import PolicyReads
from pixcrawler.application.storage.change_policy import ChangeCleanupPolicy
from pixcrawler.application.storage.create_policy import CreateCleanupPolicy
from pixcrawler.application.storage.delete_policy import DeletePolicy
from pixcrawler.application.storage.request_execution import ExecutionTasks, RequestExecution
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import PolicyId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.storage.execution import PolicyKind
from pixcrawler.domain.storage.policy import CleanupPolicy
from pixcrawler.entrypoints.http.answers import Page, accepted, answered, created, gone, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.policy_forms import (
    BEGUN,
    CHANGED,
    CLEANUP,
    NEW_CLEANUP,
    ChangeCleanupPolicyForm,
    CreateCleanupPolicyForm,
    DryRun,
    PolicyPath,
)

WANTED = BodyKwarg(examples=[Example(value=NEW_CLEANUP)])
CHANGE = BodyKwarg(examples=[Example(value=CHANGED)])


class CleanupPolicyController(Controller):
    """Policies that let go of what is needed no longer."""

    path = "/policies/cleanup"
    tags = ("Policies",)

    @get(
        summary="List cleanup policies",
        responses=success(
            200,
            Page[CleanupPolicy],
            Page(items=[CLEANUP], total=1, page=1, size=20, pages=1),
            "The policies, by name.",
        )
        | failures(401, 403, 422),
    )
    async def list_cleanup_policies(
        self, window: Given[Window], actor: Given[Actor], policy_reads: Given[PolicyReads]
    ) -> Response[Page[CleanupPolicy]]:
        """Superusers who are logged in."""
        actor.must(READ)
        return page_of(await policy_reads.cleanup(window, visible_to=actor), window)

    @post(
        status_code=201,
        summary="Create a cleanup policy",
        responses=success(201, CleanupPolicy, CLEANUP, "The policy.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def create_cleanup_policy(
        self,
        data: Annotated[CreateCleanupPolicyForm, WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        create_cleanup: Given[CreateCleanupPolicy],
    ) -> Response[CleanupPolicy]:
        """Superusers who are logged in.

        Every `every_hours` it lets go of what its `target` names, once that is `after_days` old. Nothing that
        a ready dataset version needs ever goes.
        """
        policy = await create_cleanup(data.command, by=actor, once=once)
        return created(policy, at=f"/api/v1/policies/cleanup/{policy.id}")

    @get(
        "/{policy_id:uuid}",
        summary="Get a cleanup policy",
        responses=success(200, CleanupPolicy, CLEANUP, "The policy.") | failures(401, 403, 404),
    )
    async def get_cleanup_policy(
        self, policy_id: PolicyPath, actor: Given[Actor], policy_reads: Given[PolicyReads]
    ) -> Response[CleanupPolicy]:
        """Superusers who are logged in."""
        actor.must(READ)
        return answered(await policy_reads.cleanup_policy(PolicyId(policy_id), visible_to=actor))

    @patch(
        "/{policy_id:uuid}",
        summary="Change a cleanup policy",
        responses=success(200, CleanupPolicy, CLEANUP, "The policy as it is now.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def change_cleanup_policy(
        self,
        policy_id: PolicyPath,
        data: Annotated[ChangeCleanupPolicyForm, CHANGE],
        actor: Given[Actor],
        change_cleanup: Given[ChangeCleanupPolicy],
    ) -> Response[CleanupPolicy]:
        """Superusers who are logged in.

        What is enabled by it, or gets another rhythm, is due after one interval. 409 for a name that is
        taken, and with `version` when the policy is at another.
        """
        return answered(await change_cleanup(PolicyId(policy_id), data.command, by=actor))

    @delete(
        "/{policy_id:uuid}",
        status_code=204,
        summary="Delete a cleanup policy",
        responses=failures(401, 403, 404),
    )
    async def delete_cleanup_policy(
        self, policy_id: PolicyPath, actor: Given[Actor], delete_policy: Given[DeletePolicy]
    ) -> Response[None]:
        """Superusers who are logged in.

        The log of its executions stays.
        """
        await delete_policy(PolicyKind.CLEANUP, PolicyId(policy_id), by=actor)
        return gone()

    @post(
        "/{policy_id:uuid}/execute",
        status_code=202,
        summary="Execute a cleanup policy",
        opt=COSTLY,
        responses=success(202, ExecutionTasks, BEGUN, "The execution, and the task that does it.")
        | failures(401, 403, 404, 409, 422),
    )
    async def execute_cleanup_policy(
        self,
        policy_id: PolicyPath,
        actor: Given[Actor],
        once: Given[Once | None],
        request_execution: Given[RequestExecution],
        *,
        dry_run: DryRun = False,
    ) -> Response[ExecutionTasks]:
        """Superusers who are logged in.

        At once, whether it is enabled or not. `dry_run` lists exactly what would go: see
        `/policies/executions`.
        """
        begun = await request_execution(
            PolicyKind.CLEANUP, PolicyId(policy_id), dry_run=dry_run, by=actor, once=once
        )
        return accepted(begun)
