"""What one version of a dataset has that another has not. A picture is the same as long as its bytes are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

FIRST = "The first version."
SAME = "The same images as version {since}."
MOST_CLASSES = 10
"""That a generated changelog names."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Of a manifest's row: what is in it, and under which class. ``sha256`` is hex."""

    sha256: str
    label: str


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    RELABELLED = "relabelled"


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One picture that is not where it was. ``before`` and ``after`` are classes, None where it is not."""

    change: Change
    sha256: str
    before: str | None
    after: str | None


class ClassDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Of one class: pictures that are new to the dataset and gone from it, and those that came from another
    class and went to one."""

    added: int = 0
    removed: int = 0
    came: int = 0
    went: int = 0


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Since version ``since``. ``classes`` are those in which something changed."""

    since: int
    added: int
    removed: int
    relabelled: int
    unchanged: int
    classes: dict[str, ClassDifference]


def compare(old: Iterable[Place], new: Iterable[Place]) -> tuple[list[Changed], int]:
    """What changed, by (class, SHA-256), and how many did not.

    Both come sorted by (class, SHA-256), as manifests are, and go by once, side by side; what is held is
    some two hundred bytes for each picture that changed.
    """
    gone: dict[bytes, str] = {}
    came: dict[bytes, str] = {}
    unchanged = 0
    for before, after in _side_by_side(iter(old), iter(new)):
        if before is None:
            assert after is not None
            came[bytes.fromhex(after.sha256)] = after.label
        elif after is None:
            gone[bytes.fromhex(before.sha256)] = before.label
        else:
            unchanged += 1
    changed = [_changed(one, gone.pop(one, None), label) for one, label in came.items()]
    changed += [_changed(one, label, None) for one, label in gone.items()]
    changed.sort(key=lambda one: (one.after if one.after is not None else one.before or "", one.sha256))
    return changed, unchanged


def difference(since: int, changed: Iterable[Changed], unchanged: int) -> Difference:
    """The counts of what ``compare`` found."""
    totals = dict.fromkeys(Change, 0)
    classes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in changed:
        totals[one.change] += 1
        moved = 2 if one.change is Change.RELABELLED else 0
        if one.after is not None:
            classes[one.after][moved] += 1
        if one.before is not None:
            classes[one.before][moved + 1] += 1
    return Difference(
        since=since,
        added=totals[Change.ADDED],
        removed=totals[Change.REMOVED],
        relabelled=totals[Change.RELABELLED],
        unchanged=unchanged,
        classes={
            label: ClassDifference(added=added, removed=removed, came=came, went=went)
            for label, (added, removed, came, went) in sorted(classes.items())
        },
    )


def told(changes: Difference | None) -> str:
    """A changelog that nobody wrote: the counts, then those of the classes that changed most."""
    if changes is None:
        return FIRST
    if not changes.classes:
        return SAME.format(since=changes.since)
    most = sorted(changes.classes.items(), key=lambda item: (-_size(item[1]), item[0]))
    lines = [
        f"Since version {changes.since}: {changes.added} added, {changes.removed} removed, "
        f"{changes.relabelled} relabelled, {changes.unchanged} unchanged."
    ]
    lines += [f"- {label or '(no label)'}: {_of_class(one)}" for label, one in most[:MOST_CLASSES]]
    if len(most) > MOST_CLASSES:
        lines.append(f"- and {len(most) - MOST_CLASSES} more classes")
    return "\n".join(lines)


def _side_by_side(old: Iterator[Place], new: Iterator[Place]) -> Iterator[tuple[Place | None, Place | None]]:
    before, after = next(old, None), next(new, None)
    while before is not None or after is not None:
        if after is None or (before is not None and _key(before) < _key(after)):
            yield before, None
            before = next(old, None)
        elif before is None or _key(after) < _key(before):
            yield None, after
            after = next(new, None)
        else:
            yield before, after
            before, after = next(old, None), next(new, None)


def _key(place: Place) -> tuple[str, str]:
    return place.label, place.sha256


def _changed(digest: bytes, before: str | None, after: str | None) -> Changed:
    change = Change.ADDED if before is None else Change.REMOVED if after is None else Change.RELABELLED
    return Changed(change=change, sha256=digest.hex(), before=before, after=after)


def _size(one: ClassDifference) -> int:
    return one.added + one.removed + one.came + one.went


def _of_class(one: ClassDifference) -> str:
    words = (
        (one.added, "added"),
        (one.removed, "removed"),
        (one.came, "from other classes"),
        (one.went, "to other classes"),
    )
    return ", ".join(f"{number} {word}" for number, word in words if number)
