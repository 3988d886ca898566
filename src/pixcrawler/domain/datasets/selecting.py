"""Carrying out a selection. The same images in whatever order, and the same selection, give the same."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pixcrawler.domain.datasets.conditions import conditions
from pixcrawler.domain.datasets.dealing import apportion, deal, largest_remainder
from pixcrawler.domain.datasets.errors import EmptySelection
from pixcrawler.domain.datasets.offered import Offered, Picked
from pixcrawler.domain.datasets.selection import (
    Balance,
    Keep,
    Limit,
    Relabel,
    Selection,
    Share,
    Step,
    Unique,
    in_words,
)
from pixcrawler.domain.shared.copies import copies
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.together import Together

SAME_GROUP = "high"
"""How alike pictures are that go together."""

Alike = Callable[[Sequence[int], str], Iterable[tuple[int, int]]]
"""Pairs of these images, best first, that are alike at this level: their places in what was given. Of several
that equal each other the first stands for all."""

Picks = Sequence[Picked]


def select(selection: Selection, offered: Sequence[Offered], alike: Alike) -> list[Picked]:
    """The images that belong, each picture once, in no particular order.

    A picture that several jobs found has the labels of them all, the most trusted first, and the facts of the
    copy whose label that is.

    Raises:
        EmptySelection: none does; the sentence names what left none.
    """
    selecting = _Selecting(offered, alike)
    picks = list(selecting.picks_of(selection))
    if not picks:
        why = " ".join(dict.fromkeys(selecting.emptied)) or "None of its jobs has an accepted image."
        raise EmptySelection(f"The dataset would have no image. {why}")
    return picks


def classes_of(selection: Selection, asked: Mapping[CrawlJobId, Iterable[str]]) -> list[str]:
    """The classes that the dataset is about, also those without an image: what its jobs asked for, under the
    names that it has for them."""
    labels = {label for job in selection.jobs for label in asked.get(job, ())}
    labels.update(label for part in selection.parts for label in classes_of(part, asked))
    for step in selection.steps:
        if isinstance(step, Relabel):
            labels = {step.labels.get(label, label) for label in labels}
        elif isinstance(step, Keep):
            labels -= set(step.without_labels)
            labels &= set(step.labels) or labels
    return sorted(labels - {""})


class _Selecting:
    def __init__(self, offered: Sequence[Offered], alike: Alike) -> None:
        self._offered, self._alike = offered, alike
        self._of_job: dict[CrawlJobId, list[int]] = defaultdict(list)
        for number, image in enumerate(offered):
            self._of_job[image.job].append(number)
        self.emptied: list[str] = []

    def picks_of(self, selection: Selection) -> Picks:
        found = [self._found(number) for job in set(selection.jobs) for number in self._of_job.get(job, ())]
        for part in selection.parts:
            found += self.picks_of(part)
        picks: Picks = self._each_once(found)
        for step in selection.steps:
            picks = self._taken(step, picks)
        return picks

    def _found(self, number: int) -> Picked:
        image = self._offered[number]
        return Picked(number, image.label, image.labels)

    def _each_once(self, found: Iterable[Picked]) -> list[Picked]:
        by_picture: dict[str, list[Picked]] = defaultdict(list)
        for pick in found:
            by_picture[self._offered[pick.number].sha256].append(pick)
        return [self._one_of(same) if len(same) > 1 else same[0] for same in by_picture.values()]

    def _one_of(self, same: list[Picked]) -> Picked:
        first, *others = sorted(same, key=self._trusted)
        labels = (label for pick in (first, *others) for label in (pick.label, *pick.labels) if label)
        return Picked(first.number, first.label, tuple(dict.fromkeys(labels)))

    def _trusted(self, pick: Picked) -> tuple[bool, int, int, str, CrawlJobId, tuple[str, ...]]:
        image = self._offered[pick.number]
        return not pick.label, image.trust, image.rank, pick.label, image.job, pick.labels

    def _taken(self, step: Step, picks: Picks) -> Picks:
        match step:
            case Keep():
                return self._kept(step, picks)
            case Relabel():
                return [_relabelled(pick, step.labels) for pick in picks]
            case Unique():
                return self._unique(step, picks)
            case Balance():
                return self._balanced(step, picks)
            case Limit():
                return self._limited(step, picks)
            case Share():
                return self._noted(self._shared(step, picks), picks, step)

    def _kept(self, step: Keep, picks: Picks) -> Picks:
        for words, holds in conditions(step):
            left = [pick for pick in picks if holds(self._offered[pick.number], pick.label)]
            if picks and not left:
                self.emptied.append(f"“{words}” leaves none of {len(picks)} images.")
            picks = left
        return picks

    def _noted(self, left: Picks, picks: Picks, step: Step) -> Picks:
        if picks and not left:
            self.emptied.append(f"“{': '.join(in_words(step))}” leaves none of {len(picks)} images.")
        return left

    def _unique(self, step: Unique, picks: Picks) -> Picks:
        near: dict[int, list[int]] = defaultdict(list)
        for one, other in self._pairs(self._comparable(picks), step.level):
            near[one].append(other)
            near[other].append(one)
        losers = copies(near, near, lambda number: self._offered[number].quality)
        return [pick for pick in picks if pick.number not in losers]

    def _balanced(self, step: Balance, picks: Picks) -> Picks:
        by_label = _by_label(picks)
        if not by_label:
            return picks
        cap = step.cap or min(map(len, by_label.values()))
        if all(len(inside) <= cap for inside in by_label.values()):
            return picks
        return self._drawn(by_label, dict.fromkeys(by_label, cap), step.seed)

    def _limited(self, step: Limit, picks: Picks) -> Picks:
        if len(picks) <= step.images:
            return picks
        by_label = _by_label(picks)
        ratios = {label: len(by_label[label]) / len(picks) for label in sorted(by_label)}
        return self._drawn(by_label, largest_remainder(step.images, ratios), step.seed)

    def _drawn(self, by_label: Mapping[str, Picks], most: Mapping[str, int], seed: int) -> Picks:
        """Of each class so many by lot; a second of a group only when each group has given one, and so on."""
        together = self._together([pick.number for inside in by_label.values() for pick in inside])
        drawn: list[Picked] = []
        for label, inside in by_label.items():
            turns: Counter[int] = Counter()
            ordered: list[tuple[int, int, Picked]] = []
            for place, pick in enumerate(sorted(inside, key=lambda pick: self._lot(seed, pick))):
                group = together.root(pick.number)
                ordered.append((turns[group], place, pick))
                turns[group] += 1
            drawn += [pick for _, _, pick in sorted(ordered)[: most[label]]]
        return drawn

    def _shared(self, step: Share, picks: Picks) -> Picks:
        ordered = sorted(picks, key=lambda pick: self._lot(step.seed, pick))
        place_of = {pick.number: place for place, pick in enumerate(ordered)}
        names = sorted({pick.label for pick in picks})
        number_of = {label: number for number, label in enumerate(names)}
        sizes = Counter(pick.label for pick in picks)
        ratios = {name: step.ratios[name] for name in sorted(step.ratios)}
        needs = list(apportion((sizes[label] for label in names), ratios))
        labels = [number_of[pick.label] for pick in ordered]
        dealt = deal(self._groups(place_of), labels, names, needs)
        return [ordered[place] for place, part in dealt if part == step.name]

    def _groups(self, place_of: Mapping[int, int]) -> Iterator[Sequence[int]]:
        """Places that go together, the largest groups first; then each of the others alone."""
        together = self._together(place_of)
        crowds = [sorted(place_of[number] for number in group) for group in together.groups()]
        crowds.sort(key=lambda crowd: (-len(crowd), crowd))
        in_crowds = {place for crowd in crowds for place in crowd}
        yield from crowds
        yield from ((place,) for place in range(len(place_of)) if place not in in_crowds)

    def _together(self, numbers: Iterable[int]) -> Together:
        together = Together()
        for one, other in self._pairs(numbers, SAME_GROUP):
            together.join(one, other)
        return together

    def _comparable(self, picks: Picks) -> Iterator[int]:
        """Not those of which somebody said that they are nobody's copy."""
        return (pick.number for pick in picks if not self._offered[pick.number].apart)

    def _pairs(self, numbers: Iterable[int], level: str) -> Iterator[tuple[int, int]]:
        ordered = sorted(numbers, key=lambda number: self._offered[number].quality)
        return ((ordered[one], ordered[other]) for one, other in self._alike(ordered, level))

    def _lot(self, seed: int, pick: Picked) -> bytes:
        return hashlib.sha256(f"{seed}:{self._offered[pick.number].sha256}".encode()).digest()


def _by_label(picks: Picks) -> dict[str, list[Picked]]:
    by_label: dict[str, list[Picked]] = defaultdict(list)
    for pick in picks:
        by_label[pick.label].append(pick)
    return by_label


def _relabelled(pick: Picked, names: Mapping[str, str]) -> Picked:
    labels = dict.fromkeys(names.get(label, label) for label in pick.labels)
    labels.pop("", None)
    return Picked(pick.number, names.get(pick.label, pick.label), tuple(labels))
