import random
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from pixcrawler.domain.datasets.errors import BrokenManifest
from pixcrawler.domain.datasets.manifest import digest, timestamp
from pixcrawler.domain.datasets.stored_manifest import read
from tests.fakes import manifests


def test_what_is_stored_is_read_back() -> None:
    manifest = manifests.manifest(
        manifests.rows({"b": 3, "a": 2}, title='quo"te\nline', tags=("x", "é"), label_confidence=0.25),
        rejected={"http_404": 2},
        queries=("a", "b"),
        filters=(("license", "commercial"),),
        asked=9,
    )
    found = read(manifests.lines(manifest), expected=digest(manifest.rows))
    assert msgspec.structs.replace(found, rows=tuple(found.rows)) == manifest
    assert list(found.rows) == list(manifest.rows)  # and again


def test_rows_come_by_label_and_digest_whatever_order_they_were_given_in() -> None:
    rows = manifests.rows({"b": 5, "a": 5})
    shuffled = random.Random(3).sample(rows, len(rows))
    assert b"".join(manifests.lines(manifests.manifest(rows))) == b"".join(
        manifests.lines(manifests.manifest(shuffled))
    )
    assert [row.label for row in manifests.manifest(shuffled).rows] == ["a"] * 5 + ["b"] * 5


def test_the_digest_does_not_depend_on_where_the_store_keeps_the_bytes() -> None:
    here, there = (manifests.manifest(manifests.rows({"a": 2}, key=key)) for key in ("here", "there"))
    assert digest(here.rows) == digest(there.rows)


def test_the_digest_changes_with_any_fact_of_an_image() -> None:
    plain = manifests.manifest(manifests.rows({"a": 2}))
    assert digest(plain.rows) != digest(manifests.rows({"a": 2}, author="Ann"))


def test_the_digest_is_what_it_was_when_the_format_was_fixed() -> None:
    row = msgspec.structs.replace(manifests.row(0, "é"), sha256="0" * 64, bytes=10, height=9)
    assert digest([row]) == "ecab4f08b9ebba9c58f650fe4b42685594fd9ede5466daf5898c8710c4758e22"


@pytest.mark.parametrize("damage", ["", "cut", "garbled", "shorter"])
def test_a_damaged_manifest_is_refused(damage: str) -> None:
    lines = manifests.lines(manifests.manifest(manifests.rows({"a": 3})))
    damaged = {
        "": [],
        "cut": [*lines[:-1], lines[-1][:40]],
        "garbled": [lines[0], b"\xff\xfe\n", *lines[2:]],
        "shorter": lines[:-1],
    }
    with pytest.raises(BrokenManifest, match="build the version again"):
        read(damaged[damage])


def test_a_manifest_of_a_newer_schema_asks_for_an_upgrade() -> None:
    lines = manifests.lines(manifests.manifest([]))
    with pytest.raises(BrokenManifest, match="schema 2"):
        read([lines[0].replace(b'"schema":1', b'"schema":2')])


def test_times_are_told_in_utc_to_the_second() -> None:
    local = datetime(2026, 11, 21, 9, 30, 5, 999, tzinfo=timezone(timedelta(hours=1)))
    assert (
        timestamp(local) == timestamp(datetime(2026, 11, 21, 8, 30, 5, tzinfo=UTC)) == "2026-11-21T08:30:05Z"
    )
