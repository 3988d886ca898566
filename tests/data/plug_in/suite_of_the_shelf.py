"""How somebody else holds their own source to the public suite. Run by tests/e2e/test_plug_ins.py."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pixcrawler_attic import ShelfSource  # type: ignore[import-not-found]

from pixcrawler.testing import SourceCase, SourceContract, text_query


class TestShelf(SourceContract):
    @asynccontextmanager
    async def case(self) -> AsyncIterator[SourceCase]:
        yield SourceCase(source=ShelfSource(), query=text_query("fox"), count=30, vain=text_query("unicorn"))
