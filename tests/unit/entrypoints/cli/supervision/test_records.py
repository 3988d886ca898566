"""From bytes to records that stay together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.entrypoints.cli.supervision.records import (
    LONGEST_LINE,
    LONGEST_RECORD,
    Records,
    readable,
)

TRACEBACK = (
    "2026-11-21T13:00:00Z [error    ] unexpected",
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in <module>',
    "ValueError: no",
)


def test_a_record_is_whole_when_the_next_one_begins() -> None:
    records = Records()
    assert records.feed(b'{"event": "one"}\n') == []
    assert records.feed(b'{"event": "two"}\n') == [('{"event": "one"}',)]
    assert records.pause() == [('{"event": "two"}',)]
    assert records.pause() == []


def test_a_traceback_stays_with_its_line() -> None:
    records = Records()
    told = records.feed("\n".join([*TRACEBACK, "2026-11-21T13:00:01Z [info] next", ""]).encode())
    assert told == [TRACEBACK]


def test_half_a_line_waits_for_its_other_half() -> None:
    records = Records()
    assert records.feed(b"[INFO] half ") == []
    assert records.pause() == []
    records.feed(b"and half\n")
    assert records.pause() == [("[INFO] half and half",)]


def test_last_words_need_no_line_end() -> None:
    records = Records()
    records.feed(b"Killed")
    assert records.end() == [("Killed",)]
    assert records.end() == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"caf\xc3\xa9 \xe7\x8b\x90", "café 狐"),
        (b"a\tb\r", "a\tb"),
        (b"\x1b[2Jgone", "\\x1b[2Jgone"),
        (b"a\rb", "a\\rb"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("\u202egpj.exe".encode(), "\\u202egpj.exe"),
    ],
)
def test_nothing_is_left_that_a_terminal_would_obey(line: bytes, shown: str) -> None:
    assert readable(line) == shown


def test_a_line_without_end_is_cut() -> None:
    records = Records()
    records.feed(b"x" * (3 * LONGEST_LINE))
    assert [len(line) for record in records.end() for line in record] == [LONGEST_LINE] * 3


def test_a_record_without_end_is_cut() -> None:
    told = Records().feed(b"  and so on\n" * (2 * LONGEST_RECORD + 1))
    assert [len(record) for record in told] == [LONGEST_RECORD, LONGEST_RECORD]


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N", "P"])), max_size=20), st.data())
def test_no_line_is_lost_or_told_twice_however_the_bytes_come(lines: list[str], data: st.DataObject) -> None:
    whole = "".join(f"{line}\n" for line in lines).encode()
    records, told = Records(), []
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        told += records.feed(whole[:size])
        whole = whole[size:]
        if data.draw(st.booleans()):
            told += records.pause()
    told += records.end()
    assert [line for record in told for line in record] == lines
