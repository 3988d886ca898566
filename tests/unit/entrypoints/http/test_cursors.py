"""Cursors."""

from uuid import UUID, uuid4

import pytest

from pixcrawler.entrypoints.http.cursors import BadCursor, read, written


def test_a_cursor_is_read_as_it_was_written() -> None:
    for after in (UUID(int=0), UUID(int=2**128 - 1), uuid4()):
        assert read(written(after)) == after


@pytest.mark.parametrize(
    "cursor",
    ["", "A", "!" * 22, "A" * 21, "A" * 21 + "B", "A" * 23, "A" * 22 + "==", "é" * 22, str(UUID(int=2**127))],
)
def test_what_nobody_wrote_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read(cursor)
