"""Copies become groups, and groups that meet become one."""

from uuid import UUID

from pixcrawler.adapters.imaging.near import MultiIndexNearDuplicates
from pixcrawler.application.crawling.comparison import compared, grouped
from pixcrawler.application.ports.known_pictures import KnownPicture
from pixcrawler.application.ports.repositories import JobRecord
from pixcrawler.domain.crawling.settle import Picture, Review
from pixcrawler.domain.shared.ids import ImageId
from tests.fakes.aggregates import facts, sha
from tests.fakes.near_duplicates import ListedNearDuplicates


def image(number: int) -> ImageId:
    return ImageId(UUID(int=number))


def known(number: int, group: int | None = None, *, pixels: int = 100, phash: int = 0) -> KnownPicture:
    picture = Picture(pixels, 10, sha(number))
    return KnownPicture(
        image(number), picture, facts(phash=phash), None if group is None else UUID(int=group)
    )


def record(*pictures: Picture) -> JobRecord:
    """Pictures whose phash is their number, from 1 on."""
    hashed = [facts(phash=number) for number in range(1, len(pictures) + 1)]
    return JobRecord(records=[], candidates=[], images=[], pictures=list(pictures), prints=hashed)


def test_a_new_group_has_the_name_of_its_smallest_image() -> None:
    same = [(image(5), image(3)), (image(7), image(5))]
    assert grouped(same, {}) == ({image(3): UUID(int=3), image(5): UUID(int=3), image(7): UUID(int=3)}, {})


def test_a_group_that_is_there_keeps_its_name_and_its_images() -> None:
    there = {image(2): known(2, group=9)}
    assert grouped([(image(5), image(2))], there) == ({image(5): UUID(int=9)}, {})


def test_groups_that_meet_become_one() -> None:
    there = {image(2): known(2, group=20), image(3): known(3, group=10), image(4): known(4)}
    fresh, merged = grouped([(image(5), image(n)) for n in (2, 3, 4)], there)
    assert fresh == {image(5): UUID(int=10), image(4): UUID(int=10)}
    assert merged == {UUID(int=20): UUID(int=10)}


def test_what_does_not_meet_stays_apart() -> None:
    fresh, merged = grouped([(image(1), image(2)), (image(3), image(4))], {})
    assert (len(set(fresh.values())), merged) == (2, {})


def test_of_known_copies_those_with_the_same_bytes_come_first_then_the_best() -> None:
    near = ListedNearDuplicates([(1, 8), (1, 9)])
    others = [known(70, pixels=50, phash=8), known(71, pixels=90, phash=9), known(1, pixels=5, phash=7)]
    found = compared(record(Picture(100, 10, sha(1))), others, near, "medium")
    assert [one.image for one in found.known[0]] == [image(1), image(71), image(70)]


def test_what_was_set_apart_is_nobody_s_copy() -> None:
    near = ListedNearDuplicates([(1, 2), (1, 9)])
    mine = record(Picture(100, 10, sha(1), Review.APART), Picture(100, 9, sha(2)))
    found = compared(mine, [known(70, phash=9), known(1)], near, "medium")
    assert (found.near, found.known) == ({}, {})


def test_without_a_level_only_equal_bytes_are_the_same() -> None:
    near = ListedNearDuplicates([(1, 9)])
    found = compared(record(Picture(100, 10, sha(1))), [known(70, phash=9), known(1)], near, "none")
    assert [one.image for one in found.known[0]] == [image(1)]


def test_all_pictures_with_equal_hashes_are_copies_of_the_known_one() -> None:
    """The real index pairs equal ones with the first of them only."""
    mine = [Picture(100, 10, sha(1)), Picture(50, 5, sha(2)), Picture(20, 2, sha(3))]
    hashed = [facts(phash=7, dhash=9)] * 3
    kept = JobRecord(records=[], candidates=[], images=[], pictures=mine, prints=hashed)
    there = KnownPicture(image(70), Picture(60, 6, sha(70)), facts(phash=7, dhash=9), None)
    found = compared(kept, [there], MultiIndexNearDuplicates(), "medium")
    assert {number: [one.image for one in copies] for number, copies in found.known.items()} == {
        number: [image(70)] for number in range(3)
    }
    assert set(found.near) == {0, 1, 2}
