from pathlib import Path

import pytest

from tests.api.drawn import DOCUMENT
from tests.processes import finished

NOWHERE = {"DATABASE_URL": "postgresql://x@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1"}


async def test_the_document_is_printed_with_nothing_running(environ: dict[str, str], tmp_path: Path) -> None:
    printed = await finished("openapi", env=environ | NOWHERE, cwd=tmp_path)
    assert printed.code == 0
    assert printed.document["paths"].keys() == DOCUMENT["paths"].keys()


@pytest.mark.long
async def test_the_document_that_is_written_is_the_one_that_is_printed(
    environ: dict[str, str], tmp_path: Path
) -> None:
    written = await finished("openapi", "--output", "api.json", env=environ | NOWHERE, cwd=tmp_path)
    assert (written.code, written.out) == (0, "")
    printed = await finished("openapi", env=environ | NOWHERE, cwd=tmp_path)
    assert printed.out == (tmp_path / "api.json").read_text()


@pytest.mark.long
async def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    environ: dict[str, str], tmp_path: Path
) -> None:
    failed = await finished("openapi", "--output", "no/api.json", env=environ, cwd=tmp_path)
    assert failed.code == 1
    assert failed.sentences == ["no/api.json cannot be written: No such file or directory."]
