"""Objects that no row names."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from pixcrawler.application.ports.object_store import Listed, ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.imaging.thumbnails import picture_key

AT_ONCE = 500
"""Objects that are in memory together."""


async def unreferenced(
    transaction: Transaction, store: ObjectStore, *, older_than: timedelta
) -> AsyncIterator[list[Listed]]:
    """Those that are old enough, in pages, also empty ones. An object is put before its row, so a young one
    may get its row yet. A thumbnail stands and falls with its picture."""
    page: list[Listed] = []
    async for listed in store.keys(""):
        if listed.age > older_than.total_seconds():
            page.append(listed)
        if len(page) == AT_ONCE:
            yield await _unnamed(transaction, page)
            page = []
    yield await _unnamed(transaction, page)


async def _unnamed(transaction: Transaction, page: Sequence[Listed]) -> list[Listed]:
    if not page:
        return []
    async with transaction() as tx:
        unnamed = await tx.images.unnamed(sorted({picture_key(one.key) for one in page}))
    return [one for one in page if picture_key(one.key) in unnamed]


async def delete_old(store: ObjectStore, key: str, *, older_than: timedelta) -> bool:
    """Delete it unless it was stored again since it was listed: then somebody is about to name it."""
    there = [one async for one in store.keys(key) if one.key == key]  # to its end: none is left half read
    old = any(one.age > older_than.total_seconds() for one in there)
    if old:
        await store.delete(key)
    return old
