"""What is written down of acts on API keys."""

from uuid import UUID

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.shared.actor import Actor


def note(tx: UnitOfWork, act: Act, key: ApiKey, *, by: Actor, **more: UUID) -> None:
    """See ``UnitOfWork.audit``. Nothing of it opens anything."""
    tx.audit(act, key.id, by=by, owner=key.owner_id, name=key.name, shown=key.shown, **more)
