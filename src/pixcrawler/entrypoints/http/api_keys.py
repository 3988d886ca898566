"""``/api-keys``: keys for programs."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.params import PathParameter, QueryParameter

from pixcrawler.application.identity.issue_api_key import IssueApiKey
from pixcrawler.application.identity.revoke_api_key import RevokeApiKey
from pixcrawler.application.identity.rotate_api_key import RotateApiKey, RotatedKey
from pixcrawler.application.identity.show_key_usage import KeyUsage, ShowKeyUsage
from pixcrawler.application.ports.api_keys import ApiKeyReads, KeyDetail, KeyFilter, KeyStatus, NewKey
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http.answers import Page, answered, created, gone, page_of
from pixcrawler.entrypoints.http.api_key_forms import (
    LAPTOP,
    MADE,
    ROTATED,
    ROTATION,
    USAGE,
    WANTED,
    CreateKeyForm,
    RotateKeyForm,
)
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.openapi import failures, success

KeyPath = Annotated[UUID, PathParameter(description="The API key's id.")]


class ApiKeyController(Controller):
    """Keys of one person; a superuser sees all, and can revoke them."""

    path = "/api-keys"
    tags = ("API keys",)

    @get(
        summary="List API keys",
        responses=success(
            200,
            Page[KeyDetail],
            Page(items=[LAPTOP], total=1, page=1, size=20, pages=1),
            "The keys, newest first.",
        )
        | failures(401, 403, 422),
    )
    async def list_api_keys(
        self,
        window: Given[Window],
        actor: Given[Actor],
        api_key_reads: Given[ApiKeyReads],
        status: Annotated[KeyStatus | None, QueryParameter(description="Only keys in this state.")] = None,
    ) -> Response[Page[KeyDetail]]:
        """Users who are logged in, and see their own keys; superusers see all."""
        return page_of(await api_key_reads.keys(KeyFilter(status=status), window, visible_to=actor), window)

    @post(
        status_code=201,
        summary="Make an API key",
        responses=success(201, NewKey, MADE, "The key, which is shown this once.")
        | failures(401, 403, 409, body=True),
    )
    async def create_api_key(
        self,
        data: Annotated[CreateKeyForm, WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        issue_api_key: Given[IssueApiKey],
    ) -> Response[NewKey]:
        """Users who are logged in.

        `key` is in this answer and never again: the database holds its SHA-256 only. So the answer to a
        repeat with the same `Idempotency-Key` has `"key": null`; whoever lost the first answer rotates the
        key. 409 `TOO_MANY_API_KEYS` with 50 that live.
        """
        key = await issue_api_key(data.wanted, by=actor, once=once)
        return created(key, at=f"/api/v1/api-keys/{key.id}")

    @get(
        "/{key_id:uuid}",
        summary="Get an API key",
        responses=success(200, KeyDetail, LAPTOP, "The key, without its text.") | failures(401, 403, 404),
    )
    async def get_api_key(
        self, key_id: KeyPath, actor: Given[Actor], api_key_reads: Given[ApiKeyReads]
    ) -> Response[KeyDetail]:
        """Its owner, logged in."""
        return answered(await api_key_reads.key(ApiKeyId(key_id), visible_to=actor))

    @delete(
        "/{key_id:uuid}",
        status_code=204,
        summary="Revoke an API key",
        responses=failures(401, 403, 404),
    )
    async def revoke_api_key(
        self, key_id: KeyPath, actor: Given[Actor], revoke_api_key: Given[RevokeApiKey]
    ) -> Response[None]:
        """Its owner, logged in.

        For good; every process refuses it within 5 seconds. From then on it is in lists alone.
        """
        await revoke_api_key(ApiKeyId(key_id), by=actor)
        return gone()

    @post(
        "/{key_id:uuid}/rotate",
        status_code=201,
        summary="Rotate an API key",
        responses=success(201, RotatedKey, ROTATED, "The new key, which is shown this once, and the old one.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def rotate_api_key(
        self,
        key_id: KeyPath,
        data: Annotated[RotateKeyForm, ROTATION],
        actor: Given[Actor],
        once: Given[Once | None],
        rotate_api_key: Given[RotateApiKey],
    ) -> Response[RotatedKey]:
        """Its owner, logged in; superusers only for keys of their own.

        A new key with the old one's name, scopes, limit, and length of life from now on. The old one lives
        on for `overlap_hours`, and not longer than it would have; a key that it had itself replaced ends now.
        409 for a key that has expired, and for one that was replaced already. What a repeat with the same
        `Idempotency-Key` answers has `"key": null`.
        """
        overlap = timedelta(hours=data.overlap_hours)
        made = await rotate_api_key(ApiKeyId(key_id), overlap=overlap, by=actor, once=once)
        return created(made, at=f"/api/v1/api-keys/{made.new.id}")

    @get(
        "/{key_id:uuid}/usage",
        summary="How much an API key is used",
        responses=success(200, KeyUsage, USAGE, "Its use by hour, and what is left of its limit.")
        | failures(401, 403, 404, 422),
    )
    async def show_api_key_usage(
        self,
        key_id: KeyPath,
        actor: Given[Actor],
        show_key_usage: Given[ShowKeyUsage],
        days: Annotated[int, QueryParameter(ge=1, le=90, description="How far back.")] = 7,
    ) -> Response[KeyUsage]:
        """Its owner, logged in.

        Requests that came with the key, also those that were refused for what they asked. Hours of more than
        90 days ago are not kept.
        """
        return answered(await show_key_usage(ApiKeyId(key_id), days=days, by=actor))
