from collections.abc import Iterable

import msgspec

from pixcrawler.domain.datasets.layout import lay_out
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests

PLAN = parse_split("100")


def one_folder(labels: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(labels, "images")


def twins() -> list[ManifestRow]:
    """The same picture under two labels, and another one."""
    first = manifests.row(0, "cat")
    return [first, msgspec.structs.replace(first, label="dog"), manifests.row(1, "dog")]


def test_pictures_stand_in_the_folder_of_their_class() -> None:
    rows = manifests.rows({"cat": 1, "test tube": 1})
    paths = [image.path for image in lay_out(manifests.manifest(rows), PLAN)]
    assert paths == [f"train/cat/{rows[0].id}.png", f"train/cls=test tube/{rows[1].id}.png"]


def test_a_format_may_have_one_folder_for_all() -> None:
    rows = manifests.rows({"cat": 1, "dog": 1})
    layout = lay_out(manifests.manifest(rows), PLAN, one_folder)
    assert [image.in_split for image in layout] == [f"images/{row.id}.png" for row in rows]


def test_a_picture_under_two_labels_is_two_files_in_one_folder() -> None:
    layout = lay_out(manifests.manifest(twins()), PLAN, one_folder)
    names = [image.name for image in layout]
    assert len(set(names)) == 3
    assert sum(name == f"{image.row.id}.png" for name, image in zip(names, layout, strict=True)) == 1


def test_in_folders_of_classes_it_has_one_name() -> None:
    layout = lay_out(manifests.manifest(twins()), PLAN)
    assert all(image.name == f"{image.row.id}.png" for image in layout)
