"""What may happen between a source and its server, asked of each source in the same words.

A test file of a source says once how its scene is set, and inherits the rest:

    class TestOpenverse(SourceScenarios):
        deepest = 240

        async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
            server = await stack.enter_async_context(OpenverseServer(count=count))
            client = await stack.enter_async_context(api_client(server.port))
            source = OpenverseSource(client, base_url=server.base_url)
            return Scene(source, server, text("fox"), text("unicorn"))
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from pixcrawler.application.ports.source import SearchPage, SearchQuery, Source
from pixcrawler.domain.crawling.errors import (
    SourceBlocked,
    SourceChangedShape,
    SourceError,
    SourceKeyRefused,
    SourceUnreachable,
)
from pixcrawler.domain.crawling.filters import SearchFilters
from tests.servers.api import ApiServer, Fault

MOST_PAGES = 300
MANY = 10  # more than the attempts of any client
SOON = {"Retry-After": "0"}
TOMORROW = {"Retry-After": "86400"}

OpenScene = Callable[[int], Awaitable["Scene"]]


@dataclass(frozen=True)
class Scene:
    """A source before its server. ``query`` finds all that the server has, ``vain`` nothing."""

    source: Source
    server: ApiServer
    query: SearchQuery
    vain: SearchQuery


def text(words: str, **filters: Any) -> SearchQuery:
    return SearchQuery(text=words, filters=SearchFilters(**filters))


async def walk(source: Source, query: SearchQuery) -> list[SearchPage]:
    """All pages of a search."""
    pages = [await source.search(query, None)]
    while pages[-1].next_cursor is not None:
        assert len(pages) < MOST_PAGES, "the pages do not end"
        pages.append(await source.search(query, pages[-1].next_cursor))
    return pages


def found(pages: list[SearchPage]) -> list[str]:
    return [candidate.image_url for page in pages for candidate in page.candidates]


class SourceScenarios:
    """Inherit from it; name the class ``Test…``.

    ``deepest`` is how many of a thousand results can be reached. ``malformed`` are bodies, of status 200,
    that no server of this kind sends. ``provenance`` names the fields that every candidate must have.
    ``checked`` is False where the probe wants more of the server than these scenes give it.
    """

    deepest: ClassVar[int] = 1_000
    malformed: ClassVar[tuple[str, ...]] = ("", "<html>Just a moment…</html>", "{", "[]", "7", '"text"', "{}")
    provenance: ClassVar[tuple[str, ...]] = ("page_url", "title", "license", "width", "height")
    checked: ClassVar[bool] = True

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        """A server that holds ``count`` pictures, and the source that asks it, without any waiting."""
        raise NotImplementedError

    @pytest.fixture
    async def open_scene(self) -> AsyncIterator[OpenScene]:
        async with AsyncExitStack() as stack:

            async def opened(count: int) -> Scene:
                return await self.scene(stack, count)

            yield opened

    async def test_a_thousand_results_come_once_each_as_deep_as_the_source_goes(
        self, open_scene: OpenScene
    ) -> None:
        scene = await open_scene(1_000)
        urls = found(await walk(scene.source, scene.query))
        assert len(urls) == len(set(urls)) == self.deepest

    async def test_several_pages_are_the_same_when_asked_again(self, open_scene: OpenScene) -> None:
        scene = await open_scene(2 * (await open_scene(1)).source.info.page_size + 1)
        first = await walk(scene.source, scene.query)
        assert await walk(scene.source, scene.query) == first
        assert all(len(page.candidates) <= scene.source.info.page_size for page in first)

    async def test_a_single_result_is_one_page(self, open_scene: OpenScene) -> None:
        scene = await open_scene(1)
        assert len(found(await walk(scene.source, scene.query))) == 1

    async def test_nothing_found_is_an_empty_page_and_no_error(self, open_scene: OpenScene) -> None:
        scene = await open_scene(3)
        page = await scene.source.search(scene.vain, None)
        assert (page.candidates, page.next_cursor) == ((), None)

    async def test_every_candidate_says_where_it_comes_from(self, open_scene: OpenScene) -> None:
        scene = await open_scene(3)
        page = await scene.source.search(scene.query, None)
        for candidate in page.candidates:
            missing = [name for name in self.provenance if not getattr(candidate, name)]
            assert (candidate.source, missing) == (scene.source.info.id, [])

    @pytest.mark.parametrize("status", [429, 500, 502, 503])
    async def test_a_passing_fault_is_waited_out(self, open_scene: OpenScene, status: int) -> None:
        scene = await open_scene(3)
        scene.server.faults.append(Fault(status=status, headers=SOON, body="later"))
        assert len(found(await walk(scene.source, scene.query))) == 3

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault(status=429, headers=SOON, body="slow down"), SourceBlocked),
            (Fault(status=403, body="go away"), SourceBlocked),
            (Fault(status=401, body="who are you"), SourceKeyRefused),
            (Fault(status=500, body="oh"), SourceUnreachable),
            (Fault(status=503, headers=SOON, body="down"), SourceUnreachable),
            (Fault(status=404, body="moved"), SourceChangedShape),
        ],
        ids=["throttled", "forbidden", "key", "broken", "down", "moved"],
    )
    async def test_failures_are_told_apart(
        self, open_scene: OpenScene, fault: Fault, error: type[SourceError]
    ) -> None:
        scene = await open_scene(3)
        scene.server.faults.extend([fault] * MANY)
        with pytest.raises(error) as caught:
            await scene.source.search(scene.query, None)
        assert type(caught.value) is error
        assert caught.value.source == scene.source.info.id

    async def test_a_malformed_answer_is_a_changed_shape(self, open_scene: OpenScene) -> None:
        scene = await open_scene(3)
        for body in self.malformed:
            scene.server.faults.extend([Fault(body=body)] * MANY)
            with pytest.raises(SourceChangedShape):
                await scene.source.search(scene.query, None)
            scene.server.faults.clear()

    async def test_a_pause_until_tomorrow_is_told_at_once(self, open_scene: OpenScene) -> None:
        scene = await open_scene(3)
        scene.server.faults.extend([Fault(status=429, headers=TOMORROW, body="enough for today")] * MANY)
        before = len(scene.server.requests)
        with pytest.raises(SourceBlocked):
            await scene.source.search(scene.query, None)
        assert len(scene.server.requests) == before + 1

    async def test_nobody_there_is_unreachable(self, open_scene: OpenScene) -> None:
        scene = await open_scene(3)
        await scene.server.__aexit__(None, None, None)
        with pytest.raises(SourceUnreachable):
            await scene.source.search(scene.query, None)
        with pytest.raises(SourceUnreachable):
            await scene.source.check()

    async def test_the_probe_says_how_things_stand(self, open_scene: OpenScene) -> None:
        if not self.checked:
            pytest.skip("its probe asks for what this server does not have")
        scene = await open_scene(3)
        assert (await scene.source.check()).endswith(".")
        scene.server.faults.extend([Fault(status=403, body="go away")] * MANY)
        with pytest.raises(SourceBlocked):
            await scene.source.check()
