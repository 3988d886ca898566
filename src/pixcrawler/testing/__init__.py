"""For those who write a source: the promises that every source makes, as tests.

    from pixcrawler.testing import SourceCase, SourceContract

    class TestAttic(SourceContract):
        @asynccontextmanager
        async def case(self):
            async with AtticServer(photos=110) as server:
                source = AtticSource(server.url)
                yield SourceCase(source=source, query=text_query("fox"), count=110)

Needs pytest, and no plug-in of it: each test has an event loop of its own.
"""

from pixcrawler.testing.source_case import SourceCase, text_query
from pixcrawler.testing.source_contract import SOURCE_CHECKS, SourceContract

__all__ = ["SOURCE_CHECKS", "SourceCase", "SourceContract", "text_query"]
