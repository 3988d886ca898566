"""The corpus and its web, once for all tests here."""

from collections.abc import AsyncIterator

import pytest

from tests.real.corpus import Corpus, corpus
from tests.real.web import real_web


@pytest.fixture(scope="session")
def real_pictures() -> Corpus:
    return corpus()


@pytest.fixture(scope="session")
async def real_port(real_pictures: Corpus) -> AsyncIterator[int]:
    async with real_web(real_pictures) as port:
        yield port
