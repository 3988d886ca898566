"""Ranges and entity tags, as RFC 9110 has them."""

import pytest
from litestar.datastructures import Headers

from pixcrawler.entrypoints.http.conditions import (
    Part,
    PreconditionFailed,
    RangeNotSatisfiable,
    not_modified,
    part_of,
)

TAG = '"abc"'
WHOLE = Part(0, 1_000, whole=True)


def asked(**headers: str) -> Headers:
    return Headers({name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("wanted", "start", "length"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-499", 0, 500),
        ("bytes=500-", 500, 500),
        ("bytes=-1", 999, 1),
        ("bytes=-500", 500, 500),
        ("bytes=-2000", 0, 1_000),
        ("bytes=999-999", 999, 1),
        ("bytes=0-99999999", 0, 1_000),
        ("BYTES=5-6", 5, 2),
        ("bytes=005-006", 5, 2),
    ],
)
def test_a_single_range_is_a_part(wanted: str, start: int, length: int) -> None:
    assert part_of(asked(range=wanted), TAG, 1_000) == Part(start, length, whole=False)


@pytest.mark.parametrize("wanted", ["bytes=1000-", "bytes=1000-1001", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(wanted: str) -> None:
    with pytest.raises(RangeNotSatisfiable) as error:
        part_of(asked(range=wanted), TAG, 1_000)
    assert (error.value.status_code, error.value.headers) == (416, {"content-range": "bytes */1000"})


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=9-5",
        "bytes=0-1,5-6",
        "items=0-5",
        "bytes = 0-5",
        "bytes=+1-2",
        "bytes=1.5-2",
        "bytes=١-٢",
        "bytes=" + "9" * 5_000 + "-",
    ],
)
def test_what_is_no_single_range_gives_the_whole(wanted: str) -> None:
    assert part_of(asked(range=wanted), TAG, 1_000) == WHOLE


@pytest.mark.parametrize(
    ("condition", "whole"),
    [(TAG, False), ('"other"', True), (f"W/{TAG}", True), ("Sat, 21 Nov 2026 12:00:00 GMT", True)],
)
def test_if_range_gives_the_whole_of_another_file(condition: str, whole: bool) -> None:
    assert part_of(asked(range="bytes=0-9", if_range=condition), TAG, 1_000).whole is whole


@pytest.mark.parametrize(
    ("had", "same"),
    [
        (TAG, True),
        (f"W/{TAG}", True),
        (f'"x", {TAG}', True),
        ("*", True),
        ('"other"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_if_none_match_compares_weakly(had: str, same: bool) -> None:
    assert not_modified(asked(if_none_match=had), TAG) is same


def test_nothing_asked_is_modified() -> None:
    assert not not_modified(asked(), TAG)


@pytest.mark.parametrize("meant", ['"other"', f"W/{TAG}", "abc"])
def test_if_match_of_another_file_fails(meant: str) -> None:
    with pytest.raises(PreconditionFailed):
        not_modified(asked(if_match=meant), TAG)


@pytest.mark.parametrize("meant", [TAG, "*", f'"x",{TAG}'])
def test_if_match_of_this_file_holds(meant: str) -> None:
    assert not not_modified(asked(if_match=meant), TAG)
