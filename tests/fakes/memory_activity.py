"""Who did what, in memory."""

from typing import TYPE_CHECKING
from uuid import UUID

from pixcrawler.application.ports.activity import ActivityFilter, ActivityLine
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.paging import Found, Window
from tests.fakes.memory_tables import ActivityEntry

if TYPE_CHECKING:
    from tests.fakes.memory_transaction import MemoryDatabase


class MemoryActivityReads:
    def __init__(self, database: "MemoryDatabase") -> None:
        self.database = database

    async def activity(
        self, which: ActivityFilter, window: Window, *, after: UUID | None = None, visible_to: Actor
    ) -> Found[ActivityLine]:
        rows = sorted(self.database.tables.activity.values(), key=lambda one: one.id, reverse=True)
        all_of_it, me = visible_to.may_see_all, visible_to.id
        mine = [one for one in rows if all_of_it or me in (one.owner_id, one.actor_id)]
        found = [one for one in mine if _meets(one, which)]
        rest = [one for one in found if after is None or one.id < after]
        start = 0 if after else window.offset
        items = [self._line(one) for one in rest[start : start + window.size]]
        more = len(rest) > start + window.size
        return Found(items=items, total=len(found), next_cursor=str(items[-1].id) if more else None)

    def _line(self, one: ActivityEntry) -> ActivityLine:
        """Who is gone is named no more."""
        values = {name: getattr(one, name) for name in ActivityLine.__struct_fields__}
        for name in ("owner_id", "actor_id"):
            values[name] = values[name] if values[name] in self.database.tables.profiles else None
        return ActivityLine(**values)


def _meets(one: ActivityEntry, which: ActivityFilter) -> bool:
    return (
        which.act in (None, one.act)
        and which.subject_id in (None, one.subject_id)
        and (which.project_id is None or one.about.get("project_id") == str(which.project_id))
        and which.actor_id in (None, one.actor_id)
        and (which.since is None or one.at >= which.since)
        and (which.until is None or one.at < which.until)
    )
