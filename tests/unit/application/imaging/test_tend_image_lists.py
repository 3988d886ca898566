"""Making the lists of large jobs' images."""

from pixcrawler.application.imaging.tend_image_lists import TendImageLists
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.shared.ids import TaskId
from tests.fakes.ids import CountingIds


class Unlisted:
    """So many parts of lists are missing."""

    def __init__(self, parts: int) -> None:
        self.parts = parts

    async def extend(self) -> bool:
        self.parts -= 1
        return self.parts >= 0


def lease(*, draining: bool) -> Lease:
    return Lease(TaskId(CountingIds()()), 1, draining=draining)


async def test_lists_are_made_part_by_part_until_all_are_whole() -> None:
    lists = Unlisted(3)
    await TendImageLists(lists=lists)({}, lease=lease(draining=False))
    assert lists.parts == -1


async def test_a_draining_worker_begins_no_other_part() -> None:
    lists = Unlisted(3)
    await TendImageLists(lists=lists)({}, lease=lease(draining=True))
    assert lists.parts == 3
