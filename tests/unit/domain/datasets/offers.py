"""Images to select from, and which of them are alike."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pixcrawler.domain.datasets.offered import Offered
from pixcrawler.domain.datasets.selecting import Alike, select
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.validation import Validation

CATS, DOGS = CrawlJobId(UUID(int=1)), CrawlJobId(UUID(int=2))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def image(number: int, label: str = "cat", job: CrawlJobId = CATS, **changes: Any) -> Offered:
    """``number`` is the picture."""
    values: dict[str, Any] = {
        "labels": (label,) if label else (),
        "trust": 3,
        "rank": number,
        "width": 640,
        "height": 480,
        "bytes": 1_000,
        "format": "jpg",
        "license": "CC-BY-4.0",
        "source": "openverse",
        "validation": Validation.STANDARD,
        "scores": None,
        "issues": (),
        "preferred": False,
        "apart": False,
        "reviewed": False,
        "retrieved_at": NOON,
    }
    return Offered(**{"job": job, "sha256": f"{number:064x}", "label": label, **values, **changes})


def alike(offered: Sequence[Offered], *groups: Iterable[int]) -> Alike:
    """The pictures of each group are alike at every level."""
    group_of = {f"{picture:064x}": name for name, group in enumerate(groups) for picture in group}

    def pairs(numbers: Sequence[int], level: str) -> list[tuple[int, int]]:
        found: dict[int, list[int]] = {}
        for place, number in enumerate(numbers):
            if (group := group_of.get(offered[number].sha256)) is not None:
                found.setdefault(group, []).append(place)
        return [(one, two) for same in found.values() for one in same for two in same if one < two]

    return pairs


def chosen(selection: Selection, offered: Sequence[Offered], *groups: Iterable[int]) -> dict[int, str]:
    """The class of each picture that is selected."""
    picks = select(selection, offered, alike(offered, *groups))
    found = {int(offered[pick.number].sha256, 16): pick.label for pick in picks}
    assert len(found) == len(picks), "a picture is there twice"
    return found
