"""The images of a version that is being built: what their order and their groups rest on."""

from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

import msgspec

from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.offered import Picked
from pixcrawler.domain.imaging.labels import Choice, LabelSource
from pixcrawler.domain.imaging.prints import Print, Prints
from pixcrawler.domain.shared.ids import ImageId
from pixcrawler.domain.shared.ordering import ordered
from pixcrawler.domain.shared.together import Together

_ID = 16
_DIGEST = 32


class Selected:
    """In columns, some hundred bytes an image; by their numbers, in the order in which they came."""

    def __init__(self) -> None:
        self._ids = bytearray()
        self._digests = bytearray()
        self._prints = Prints()
        self._choices: list[Choice | None] = []
        self._shared: dict[Choice, Choice] = {}
        self._by_label: dict[str, array[int]] = {}
        self._groups = Together()

    def __len__(self) -> int:
        return len(self._choices)

    def add(self, image: AcceptedImage, choice: Choice | None) -> None:
        """``choice`` is what the policy says of its labels."""
        label = image.label if choice is None else choice.label
        self._add(image.id.bytes, bytes.fromhex(image.sha256), image.look, label, choice)

    def narrowed(self, picks: Iterable[Picked]) -> "Selected":
        """Those that were picked, with the labels that they have in the dataset."""
        narrowed = Selected()
        for pick in sorted(picks, key=lambda pick: (pick.label, self._digest(pick.number))):
            number, old = pick.number, self._choices[pick.number]
            source, confidence = (LabelSource.QUERY, None) if old is None else (old.source, old.confidence)
            choice = Choice(pick.label, pick.labels, source, confidence)
            look = self._prints[number]
            narrowed._add(self._id(number), self._digest(number), look, pick.label, choice)
        return narrowed

    def group(self, near_duplicates: NearDuplicates, level: str) -> None:
        """What is alike at this level, chained, is one group, named after the first of its images."""
        for one, other in near_duplicates.pairs(self._prints, level):
            self._groups.join(one, other)

    def pages(self, size: int) -> Iterator[list[int]]:
        """The numbers of all images by (label, SHA-256), so many at a time."""
        order = (
            number
            for label in sorted(self._by_label)
            for number in ordered(self._by_label[label], self._digest)
        )
        while page := list(islice(order, size)):
            yield page

    def image(self, number: int) -> ImageId:
        return ImageId(UUID(bytes=self._id(number)))

    def look(self, number: int) -> Print:
        return self._prints[number]

    def row(self, number: int, stored: ManifestRow) -> ManifestRow:
        """The image's row as the version has it: with the labels that were chosen, and its group."""
        group = self._groups.group_of(number)
        grouped = None if group is None else self._digest(group).hex()[:_ID]
        choice = self._choices[number]
        if choice is None:
            return msgspec.structs.replace(stored, dedup_group=grouped)
        return msgspec.structs.replace(
            stored,
            label=choice.label,
            labels=choice.labels,
            label_source=choice.source.value,
            label_confidence=choice.confidence,
            dedup_group=grouped,
        )

    def _add(self, key: bytes, digest: bytes, look: Print, label: str, choice: Choice | None) -> None:
        self._by_label.setdefault(label, array("I")).append(len(self))
        self._choices.append(None if choice is None else self._shared.setdefault(choice, choice))
        self._ids += key
        self._digests += digest
        self._prints.append(look)

    def _id(self, number: int) -> bytes:
        return bytes(self._ids[number * _ID : (number + 1) * _ID])

    def _digest(self, number: int) -> bytes:
        return bytes(self._digests[number * _DIGEST : (number + 1) * _DIGEST])
