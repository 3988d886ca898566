"""Which pictures of a job are the same, and which are the same as pictures of the owner's other jobs."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.known_pictures import KnownPicture
from pixcrawler.application.ports.repositories import JobRecord
from pixcrawler.domain.crawling.settle import Review
from pixcrawler.domain.imaging.prints import Prints
from pixcrawler.domain.shared.ids import ImageId
from pixcrawler.domain.shared.ordering import ordered


class Comparison(msgspec.Struct, frozen=True):
    """Pictures by their number in the record: ``near`` of the same job, ``known`` of others, best first.

    What somebody set apart is nobody's copy.
    """

    near: Mapping[int, Sequence[int]]
    known: Mapping[int, Sequence[KnownPicture]]


def compared(
    record: JobRecord, known: Sequence[KnownPicture], near_duplicates: NearDuplicates, level: str
) -> Comparison:
    """The job's pictures with each other, best first, as the port wants them; then with the known ones, which
    come first: of several equal pictures only the first is paired with each."""
    pictures, prints = record.pictures, record.prints
    free = (n for n, picture in enumerate(pictures) if picture.review is not Review.APART)
    mine = array("I", ordered(free, lambda n: pictures[n].quality))
    near: dict[int, list[int]] = {}
    for left, right in near_duplicates.pairs(Prints(prints[n] for n in mine), level):
        near.setdefault(mine[left], []).append(mine[right])
        near.setdefault(mine[right], []).append(mine[left])
    if not known:
        return Comparison(near, {})
    theirs = sorted(known, key=lambda one: (one.picture.quality, one.image))
    copies: dict[int, dict[ImageId, KnownPicture]] = {}
    by_bytes: dict[str, list[KnownPicture]] = {}
    for one in theirs:
        by_bytes.setdefault(one.picture.digest, []).append(one)
    for n in mine:
        if equal := by_bytes.get(pictures[n].digest):
            copies[n] = {one.image: one for one in equal}
    both = Prints((*(one.facts for one in theirs), *(prints[n] for n in mine)))
    for left, right in near_duplicates.pairs(both, level):
        if left < len(theirs) <= right:
            copies.setdefault(mine[right - len(theirs)], {})[theirs[left].image] = theirs[left]
    return Comparison(near, {n: list(found.values()) for n, found in copies.items()})


def grouped(
    same: Iterable[tuple[ImageId, ImageId]], known: Mapping[ImageId, KnownPicture]
) -> tuple[dict[ImageId, UUID], dict[UUID, UUID]]:
    """Duplicate groups: what is connected is one. The images to put into one, and the groups that become
    part of another: the smallest of those that meet, or a new one with the id of its smallest image."""
    root: dict[UUID, UUID] = {}

    def find(node: UUID) -> UUID:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    pairs: list[tuple[UUID, UUID]] = list(same)
    pairs += [(one.image, one.group) for one in known.values() if one.group is not None]
    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    groups = {one.group for one in known.values() if one.group is not None}
    names: dict[UUID, UUID] = {}
    for group in sorted(groups):
        names.setdefault(find(group), group)
    images = {image for pair in pairs for image in pair} - groups
    named = {ImageId(image): names.get(find(image), find(image)) for image in images}
    fresh = {
        image: group for image, group in named.items() if image not in known or known[image].group is None
    }
    merged = {group: names[find(group)] for group in groups if names[find(group)] != group}
    return fresh, merged
