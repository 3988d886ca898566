"""Dataset versions and exports: pending → building → ready | failed."""

import msgspec
import pytest

from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.domain.datasets.statistics import Columns
from pixcrawler.domain.datasets.version import (
    BuildFailed,
    BuildStatus,
    DatasetVersion,
    Export,
    ExportReady,
    ExportRequested,
    VersionReady,
    VersionRequested,
    WrongBuildState,
)
from pixcrawler.domain.shared.ids import DatasetVersionId
from tests.fakes.aggregates import AT, Aggregates

MAKE = Aggregates(Uuid7())
DATASET = MAKE.dataset(MAKE.job(MAKE.project(MAKE.profile())))


def version(status: BuildStatus = BuildStatus.PENDING) -> DatasetVersion:
    return MAKE.version(DATASET, status=status)


def export(status: BuildStatus = BuildStatus.PENDING) -> Export:
    return MAKE.export(version(), status=status)


@pytest.mark.parametrize("make", [version, export])
@pytest.mark.parametrize("status", BuildStatus)
def test_only_what_is_not_finished_can_be_built(
    make: type[DatasetVersion] | type[Export], status: BuildStatus
) -> None:
    one = make(status)  # type: ignore[call-arg]
    if status in (BuildStatus.PENDING, BuildStatus.BUILDING):
        one.begin()
        assert one.status is BuildStatus.BUILDING
        return
    with pytest.raises(WrongBuildState, match=f"It is {status}"):
        one.begin()


def test_a_version_that_is_ready_names_its_manifest() -> None:
    one = version()
    stats = msgspec.structs.replace(Columns([]).statistics({}), images=3, bytes=9)
    events = one.ready(digest="d" * 64, key="k", stats=stats, changes=None, at=AT)
    assert events == (VersionReady(at=AT, version_id=one.id),)
    assert (one.status, one.digest, one.manifest_key, one.images, one.bytes) == (
        BuildStatus.READY,
        "d" * 64,
        "k",
        3,
        9,
    )


def test_an_export_that_is_ready_says_what_was_written() -> None:
    one = export(BuildStatus.BUILDING)
    events = one.ready(images=3, size=9, counts={"train": {"cat": 3}}, at=AT)
    assert events == (ExportReady(at=AT, export_id=one.id),)
    assert (one.status, one.images, one.bytes) == (BuildStatus.READY, 3, 9)
    assert one.counts == {"train": {"cat": 3}}


@pytest.mark.parametrize("one", [version(), export()])
def test_what_failed_says_why(one: DatasetVersion | Export) -> None:
    events = one.fail("BROKEN", "It broke.", at=AT)
    assert events == (BuildFailed(at=AT, subject=one.id, code="BROKEN", reason="It broke."),)
    assert (one.status, one.failure_code, one.failure) == (BuildStatus.FAILED, "BROKEN", "It broke.")


def test_tasks_are_listed_by_what_they_build() -> None:
    one, other = version(), export()
    assert VersionRequested(at=AT, version_id=one.id).subject_id == one.id
    assert ExportRequested(at=AT, export_id=other.id).subject_id == other.id
    assert ExportReady(at=AT, export_id=other.id).subject_id == other.id


def test_versions_of_a_dataset_are_numbered_from_one() -> None:
    dataset = MAKE.dataset(MAKE.job(MAKE.project(MAKE.profile())))
    versions = [dataset.next_version(DatasetVersionId(MAKE.new_id()), at=AT) for _ in range(2)]
    assert [one.number for one in versions] == [1, 2]
    assert dataset.versions == 2


@pytest.mark.parametrize("status", BuildStatus)
def test_only_what_has_not_ended_can_be_cancelled(status: BuildStatus) -> None:
    one = version(status)
    if status in (BuildStatus.PENDING, BuildStatus.BUILDING):
        (event,) = one.cancel(at=AT)
        assert event == BuildFailed(at=AT, subject=one.id, code="BUILD_CANCELLED", reason="It was cancelled.")
        assert (one.status, one.failure_code) == (BuildStatus.FAILED, "BUILD_CANCELLED")
        return
    with pytest.raises(WrongBuildState, match="nothing to cancel"):
        one.cancel(at=AT)


@pytest.mark.parametrize(("given", "told"), [("", "The first version."), ("Birds too.", "Birds too.")])
def test_a_version_has_a_changelog(given: str, told: str) -> None:
    one = MAKE.version(DATASET, changelog=given)
    one.ready(digest="d" * 64, key="k", stats=Columns([]).statistics({}), changes=None, at=AT)
    assert one.changelog == told
