"""In which order images stand in shards."""

import itertools
from pathlib import Path

import msgspec
import pytest

from pixcrawler.adapters.exporters.shuffled import Shuffled
from pixcrawler.domain.datasets.layout import lay_out
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests

ROWS = manifests.rows({"cat": 20, "dog": 20, "": 4})


def shuffled(rows: list[ManifestRow], scratch: Path, split: str = "80/10/10") -> Shuffled:
    return Shuffled(lay_out(manifests.manifest(rows), parse_split(split)), scratch)


def test_every_image_has_one_place_and_classes_are_mixed(tmp_path: Path) -> None:
    found = shuffled(ROWS, tmp_path, "100")
    images = list(found.images(range(len(found))))
    assert sorted(image.row.sha256 for image in images) == sorted(row.sha256 for row in ROWS)
    changes = sum(one.row.label != other.row.label for one, other in itertools.pairwise(images))
    assert changes > 10


def test_the_place_of_an_image_is_found_again(tmp_path: Path) -> None:
    twin = msgspec.structs.replace(ROWS[0], label="dog")
    found = shuffled([*ROWS, twin], tmp_path)
    for place in range(len(found)):
        assert found.place_of(found[place]) == place


def test_the_same_picture_under_two_labels_has_two_keys(tmp_path: Path) -> None:
    twins = [msgspec.structs.replace(ROWS[0], label=label) for label in ("a", "b", "c")]
    found = shuffled(twins, tmp_path, "100")
    assert [found.key(place) for place in range(3)] == [twins[0].id, f"{twins[0].id}-2", f"{twins[0].id}-3"]


def test_classes_are_numbered_by_their_names_and_no_label_is_no_class(tmp_path: Path) -> None:
    found = shuffled(ROWS, tmp_path)
    assert found.labels == ("cat", "dog")
    assert [found.class_of(label) for label in ("cat", "dog", "")] == [0, 1, None]


@pytest.mark.parametrize("size", [1, 100, 500, 1_000, 10**9])
def test_shards_hold_every_image_once_and_are_about_equal(tmp_path: Path, size: int) -> None:
    found = shuffled(ROWS, tmp_path)
    shards = list(found.shards(size))
    assert [place for shard in shards for place in shard.places] == list(range(len(ROWS)))
    assert all(shard.places for shard in shards)
    for split in ("train", "val", "test"):
        own = [shard for shard in shards if shard.split == split]
        assert [(shard.number, shard.of) for shard in own] == [(n, len(own)) for n in range(len(own))]
        held = [sum(found[place].row.bytes for place in shard.places) for shard in own]
        largest = max(row.bytes for row in ROWS)
        assert max(held) <= size + 2 * largest
        assert max(held) - min(held) <= 2 * largest


def test_a_split_without_images_has_no_shard(tmp_path: Path) -> None:
    assert {shard.split for shard in shuffled(ROWS, tmp_path, "100").shards(500)} == {"train"}
    assert list(shuffled([], tmp_path).shards(500)) == []
