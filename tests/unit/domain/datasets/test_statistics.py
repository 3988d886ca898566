import msgspec
import pytest

from pixcrawler.domain.datasets.layout import lay_out
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.datasets.statistics import (
    Bin,
    Columns,
    Spread,
    Statistics,
    aspect_histogram,
    size_histogram,
    statistics_of,
)
from tests.fakes import manifests


def of(counts: dict[str, int], *, classes: tuple[str, ...] = ()) -> Statistics:
    manifest = manifests.manifest(manifests.rows(counts), classes=classes)
    return statistics_of(manifest, lay_out(manifest, parse_split("80/10/10")))


def test_it_counts_by_class_and_by_split() -> None:
    stats = of({"cat": 10, "dog": 4})
    assert stats.classes == {"cat": 10, "dog": 4}
    assert stats.splits["train"] == {"cat": 8, "dog": 3}
    assert (stats.images, stats.width, stats.warnings) == (14, Spread(12, 12, 12), ())


@pytest.mark.parametrize("kind", [list, tuple])
def test_remarks_are_counted_as_they_are_in_a_file_and_as_they_come_from_a_database(kind: type) -> None:
    (row,) = manifests.rows({"cat": 1})
    columns = Columns([])
    columns.add(msgspec.structs.replace(row, quality={"blur": 0.25, "issues": kind(["blurry"])}))
    stats = columns.statistics({"timeout": 2})
    assert (stats.quality, stats.issues) == ({"blur": 0.25}, {"blurry": 1})
    assert (stats.splits, stats.rejected) == ({}, {"timeout": 2})


def test_a_dataset_without_images_has_numbers_too() -> None:
    stats = of({}, classes=("cat",))
    assert (stats.images, stats.height, stats.shorter_side) == (0, Spread(0, 0, 0), ())
    assert stats.warnings == ("1 of 1 classes have no image: cat",)


def test_it_warns_of_classes_that_are_far_apart() -> None:
    assert of({"cat": 20, "dog": 2}).warnings == ("The largest class has 20 images and the smallest 2.",)


def test_sizes_are_binned_by_the_shorter_side_in_doublings() -> None:
    sizes = [(300, 255), (256, 300), (511, 600), (2000, 1024)]
    assert size_histogram(sizes) == (
        Bin("128–255", 1),
        Bin("256–511", 2),
        Bin("512–1023", 0),
        Bin("1024–2047", 1),
    )


def test_aspects_go_from_tall_to_wide() -> None:
    bins = aspect_histogram([(1, 3), (3, 4), (10, 10), (4, 3), (16, 9), (16, 8)])
    assert [(each.name, each.count) for each in bins] == [
        ("tall", 1),
        ("portrait", 1),
        ("square", 1),
        ("landscape", 1),
        ("wide", 2),
    ]
