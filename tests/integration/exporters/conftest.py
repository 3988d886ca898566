from collections.abc import Iterator

import pytest

from tests.integration.exporters.hugging_face import HuggingFace


@pytest.fixture(scope="session")
def hugging_face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HuggingFace]:
    with HuggingFace(tmp_path_factory.mktemp("hugging-face")) as opened:
        yield opened
