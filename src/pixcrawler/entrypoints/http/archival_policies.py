"""``/policies/archival``: policies that move exports into the warm store."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg

from pixcrawler.application.ports.policies import PolicyReads
from pixcrawler.application.storage.change_policy import ChangeArchivalPolicy
from pixcrawler.application.storage.create_policy import CreateArchivalPolicy
from pixcrawler.application.storage.delete_policy import DeletePolicy
from pixcrawler.application.storage.request_execution import ExecutionTasks, RequestExecution
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import PolicyId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.storage.execution import PolicyKind
from pixcrawler.domain.storage.policy import ArchivalPolicy
from pixcrawler.entrypoints.http.answers import Page, accepted, answered, created, gone, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.policy_forms import (
    ARCHIVAL,
    BEGUN,
    CHANGED,
    NEW_ARCHIVAL,
    ChangeArchivalPolicyForm,
    CreateArchivalPolicyForm,
    DryRun,
    PolicyPath,
)

WANTED = BodyKwarg(examples=[Example(value=NEW_ARCHIVAL)])
CHANGE = BodyKwarg(examples=[Example(value=CHANGED)])


class ArchivalPolicyController(Controller):
    """Policies that move exports into the warm store."""

    path = "/policies/archival"
    tags = ("Policies",)

    @get(
        summary="List archival policies",
        responses=success(
            200,
            Page[ArchivalPolicy],
            Page(items=[ARCHIVAL], total=1, page=1, size=20, pages=1),
            "The policies, by name.",
        )
        | failures(401, 403, 422),
    )
    async def list_archival_policies(
        self, window: Given[Window], actor: Given[Actor], policy_reads: Given[PolicyReads]
    ) -> Response[Page[ArchivalPolicy]]:
        """Superusers who are logged in."""
        actor.must(READ)
        return page_of(await policy_reads.archival(window, visible_to=actor), window)

    @post(
        status_code=201,
        summary="Create an archival policy",
        responses=success(201, ArchivalPolicy, ARCHIVAL, "The policy.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def create_archival_policy(
        self,
        data: Annotated[CreateArchivalPolicyForm, WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        create_archival: Given[CreateArchivalPolicy],
    ) -> Response[ArchivalPolicy]:
        """Superusers who are logged in.

        Every `every_hours` it moves exports that are `after_days` old, counted as `age` says, into the warm
        store. Asking for one brings it back.
        """
        policy = await create_archival(data.command, by=actor, once=once)
        return created(policy, at=f"/api/v1/policies/archival/{policy.id}")

    @get(
        "/{policy_id:uuid}",
        summary="Get an archival policy",
        responses=success(200, ArchivalPolicy, ARCHIVAL, "The policy.") | failures(401, 403, 404),
    )
    async def get_archival_policy(
        self, policy_id: PolicyPath, actor: Given[Actor], policy_reads: Given[PolicyReads]
    ) -> Response[ArchivalPolicy]:
        """Superusers who are logged in."""
        actor.must(READ)
        return answered(await policy_reads.archival_policy(PolicyId(policy_id), visible_to=actor))

    @patch(
        "/{policy_id:uuid}",
        summary="Change an archival policy",
        responses=success(200, ArchivalPolicy, ARCHIVAL, "The policy as it is now.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def change_archival_policy(
        self,
        policy_id: PolicyPath,
        data: Annotated[ChangeArchivalPolicyForm, CHANGE],
        actor: Given[Actor],
        change_archival: Given[ChangeArchivalPolicy],
    ) -> Response[ArchivalPolicy]:
        """Superusers who are logged in.

        What is enabled by it, or gets another rhythm, is due after one interval. 409 for a name that is
        taken, and with `version` when the policy is at another.
        """
        return answered(await change_archival(PolicyId(policy_id), data.command, by=actor))

    @delete(
        "/{policy_id:uuid}",
        status_code=204,
        summary="Delete an archival policy",
        responses=failures(401, 403, 404),
    )
    async def delete_archival_policy(
        self, policy_id: PolicyPath, actor: Given[Actor], delete_policy: Given[DeletePolicy]
    ) -> Response[None]:
        """Superusers who are logged in.

        The log of its executions stays.
        """
        await delete_policy(PolicyKind.ARCHIVAL, PolicyId(policy_id), by=actor)
        return gone()

    @post(
        "/{policy_id:uuid}/execute",
        status_code=202,
        summary="Execute an archival policy",
        opt=COSTLY,
        responses=success(202, ExecutionTasks, BEGUN, "The execution, and the task that does it.")
        | failures(401, 403, 404, 409, 422),
    )
    async def execute_archival_policy(
        self,
        policy_id: PolicyPath,
        actor: Given[Actor],
        once: Given[Once | None],
        request_execution: Given[RequestExecution],
        *,
        dry_run: DryRun = False,
    ) -> Response[ExecutionTasks]:
        """Superusers who are logged in.

        At once, whether it is enabled or not. `dry_run` lists exactly what would be moved: see
        `/policies/executions`. 409 without a warm store.
        """
        begun = await request_execution(
            PolicyKind.ARCHIVAL, PolicyId(policy_id), dry_run=dry_run, by=actor, once=once
        )
        return accepted(begun)
