"""What a policy acts on, and how the log tells of it."""

from datetime import datetime, timedelta
from typing import TypedDict

import msgspec

from pixcrawler.application.ports.object_store import Listed
from pixcrawler.application.ports.policies import ChosenExport, ChosenPicture, ExportChoice
from pixcrawler.domain.datasets.moving import LINKED
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.ids import DatasetId, ProjectId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.execution import Fate, Item, ItemKind
from pixcrawler.domain.storage.policy import Age, ArchivalPolicy, CleanupPolicy, Policy, Target


class _Scope(TypedDict):
    project_id: ProjectId | None
    dataset_id: DatasetId | None
    format: str | None


def to_archive(policy: ArchivalPolicy, at: datetime) -> ExportChoice:
    """What was downloaded a moment ago is left in peace: somebody may hold a link to it."""
    before, unlinked = policy.before(at), at - LINKED
    if policy.age is Age.UNUSED:
        return ExportChoice(tier=Tier.HOT, unused_before=before, unlinked_before=unlinked, **_scope(policy))
    return ExportChoice(tier=Tier.HOT, made_before=before, unlinked_before=unlinked, **_scope(policy))


def to_remove(policy: CleanupPolicy, at: datetime) -> ExportChoice:
    """Of a policy whose target is exports."""
    choice = removable(policy.target, before=policy.before(at), at=at, keep_newest=policy.keep_newest)
    return msgspec.structs.replace(choice, **_scope(policy))


def removable(target: Target, *, before: datetime, at: datetime, keep_newest: int) -> ExportChoice:
    """As above, what was downloaded a moment ago stays."""
    unlinked = at - LINKED
    match target:
        case Target.FAILED_EXPORTS:
            return ExportChoice(status=BuildStatus.FAILED, made_before=before)
        case Target.SUPERSEDED_EXPORTS:
            return ExportChoice(made_before=before, unlinked_before=unlinked, beyond_newest=keep_newest)
        case _:
            return ExportChoice(unused_before=before, unlinked_before=unlinked)


def _scope(policy: Policy) -> _Scope:
    return {"project_id": policy.project_id, "dataset_id": policy.dataset_id, "format": policy.format}


def item_of_export(export: ChosenExport, choice: ExportChoice, fate: Fate) -> Item:
    return Item(
        kind=ItemKind.EXPORT,
        subject=str(export.id),
        owner_id=export.owner_id,
        key=export.key,
        tier=export.tier,
        bytes=export.bytes if export.key is not None else 0,
        why=_why(export, choice),
        fate=fate,
    )


def _why(export: ChosenExport, choice: ExportChoice) -> str:
    if choice.status is BuildStatus.FAILED:
        return f"It failed; it was asked for on {export.created_at:%Y-%m-%d}."
    if choice.beyond_newest is not None:
        newest = f"the newest {choice.beyond_newest} versions" if choice.beyond_newest > 1 else "the newest"
        return f"It is of version {export.number}, which is not among {newest}."
    if choice.made_before is not None:
        return f"It was made on {export.created_at:%Y-%m-%d}."
    return f"It was last downloaded, or else made, on {export.last_used:%Y-%m-%d}."


def item_of_picture(picture: ChosenPicture, fate: Fate) -> Item:
    return Item(
        kind=ItemKind.PICTURE,
        subject=str(picture.candidate),
        owner_id=picture.owner_id,
        key=picture.key,
        tier=Tier.HOT,
        bytes=picture.bytes,
        why=f"Its job rejected it ({picture.reason}), and no version needs it.",
        fate=fate,
    )


def item_of_object(listed: Listed, tier: Tier, fate: Fate, older_than: timedelta) -> Item:
    hours = older_than / timedelta(hours=1)
    return Item(
        kind=ItemKind.OBJECT,
        subject=listed.key,
        owner_id=None,
        key=listed.key,
        tier=tier,
        bytes=listed.size,
        why=f"No row names it, and it is older than {hours:g} hours.",
        fate=fate,
    )
