"""Which pictures of a job are the same, and which are the same as pictures of the owner's other jobs."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.known_pictures import KnownPicture
from pixcrawler.application.ports.repositories import JobRecord
from pixcrawler.domain.crawling.settle import Picture, Review
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.ids import ImageId


class Comparison(msgspec.Struct, frozen=True):
    """Pictures by their number in the record: ``near`` of the same job, ``known`` of others, best first.

    What somebody set apart is nobody's copy.
    """

    near: Mapping[int, Sequence[int]]
    known: Mapping[int, Sequence[KnownPicture]]


class _Entry(msgspec.Struct, frozen=True):
    picture: Picture
    facts: Facts
    own: int | None
    known: KnownPicture | None


def compared(
    record: JobRecord, known: Sequence[KnownPicture], near_duplicates: NearDuplicates, level: str
) -> Comparison:
    """Both at once: the best pictures come first, as the port wants them."""
    entries = [
        *(_Entry(p, f, n, None) for n, (p, f) in enumerate(zip(record.pictures, record.facts, strict=True))),
        *(_Entry(one.picture, one.facts, None, one) for one in known),
    ]
    entries = [entry for entry in entries if entry.picture.review is not Review.APART]
    entries.sort(key=lambda entry: (entry.picture.quality, entry.own is None, str(entry.known)))
    near: dict[int, list[int]] = {}
    copies: dict[int, dict[ImageId, KnownPicture]] = {}
    by_bytes: dict[str, list[KnownPicture]] = {}
    for one in known:
        by_bytes.setdefault(one.picture.digest, []).append(one)
    for entry in entries:
        if entry.own is not None:
            for one in by_bytes.get(entry.picture.digest, ()):
                copies.setdefault(entry.own, {})[one.image] = one
    for left, right in near_duplicates.pairs([entry.facts for entry in entries], level):
        for mine, other in ((entries[left], entries[right]), (entries[right], entries[left])):
            if mine.own is None:
                continue
            if other.own is not None:
                near.setdefault(mine.own, []).append(other.own)
            elif other.known is not None:
                copies.setdefault(mine.own, {})[other.known.image] = other.known
    return Comparison(near, {own: list(found.values()) for own, found in copies.items()})


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
