"""``/policies/executions``: what policies did, and would have done."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import QueryParameter

from pixcrawler.application.ports.policies import PolicyReads
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import ExecutionId
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.storage.execution import Execution, Item, PolicyKind
from pixcrawler.entrypoints.http.answers import Page, answered, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.policy_forms import EXECUTION, ITEM, ExecutionPath


class PolicyExecutionController(Controller):
    """The log of all executions, also of policies that are gone."""

    path = "/policies/executions"
    tags = ("Policies",)

    @get(
        summary="List executions of policies",
        responses=success(
            200,
            Page[Execution],
            Page(items=[EXECUTION], total=1, page=1, size=20, pages=1),
            "The executions, newest first.",
        )
        | failures(401, 403, 422),
    )
    async def list_policy_executions(
        self,
        window: Given[Window],
        actor: Given[Actor],
        policy_reads: Given[PolicyReads],
        policy_id: Annotated[UUID | None, QueryParameter(description="Only those of this policy.")] = None,
        kind: Annotated[PolicyKind | None, QueryParameter(description="Only those of this kind.")] = None,
    ) -> Response[Page[Execution]]:
        """Superusers who are logged in."""
        actor.must(READ)
        found = await policy_reads.executions(window, policy=policy_id, kind=kind, visible_to=actor)
        return page_of(found, window)

    @get(
        "/{execution_id:uuid}",
        summary="Get an execution of a policy",
        responses=success(200, Execution, EXECUTION, "The execution.") | failures(401, 403, 404),
    )
    async def get_policy_execution(
        self, execution_id: ExecutionPath, actor: Given[Actor], policy_reads: Given[PolicyReads]
    ) -> Response[Execution]:
        """Superusers who are logged in."""
        actor.must(READ)
        return answered(await policy_reads.execution(ExecutionId(execution_id), visible_to=actor))

    @get(
        "/{execution_id:uuid}/items",
        summary="List what an execution acted on",
        responses=success(
            200,
            Page[Item],
            Page(items=[ITEM], total=1, page=1, size=20, pages=1),
            "What went, or would go: its key, its bytes, and why.",
        )
        | failures(401, 403, 404, 422),
    )
    async def list_policy_execution_items(
        self,
        execution_id: ExecutionPath,
        window: Given[Window],
        actor: Given[Actor],
        policy_reads: Given[PolicyReads],
    ) -> Response[Page[Item]]:
        """Superusers who are logged in.

        One execution acts on 10,000 things at most; `more` of the execution says that there are others.
        """
        actor.must(READ)
        return page_of(await policy_reads.items(ExecutionId(execution_id), window, visible_to=actor), window)
