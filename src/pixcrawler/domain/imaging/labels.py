"""What a picture shows, by whom it is said, and which of that a dataset uses."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from pixcrawler.domain.shared.ids import ImageId

MAX_LABEL_LENGTH = 200
MAX_LABELS = 20
"""That a person may give one image."""
MAX_FOUND_LENGTH = 500
"""Characters of a label that a source or a folder gives; what is longer is cut."""


class LabelSource(StrEnum):
    """Who says it. ``query``: it was found by this keyword. ``category``: its keyword belongs to that
    category, or the user's own list or folder says so. ``source_tag``: a tag where it was found. ``taxon``:
    the class by which the source itself knows it. ``model``: a vision model. ``person``: somebody."""

    QUERY = "query"
    CATEGORY = "category"
    SOURCE_TAG = "source_tag"
    TAXON = "taxon"
    MODEL = "model"
    PERSON = "person"


class Label(msgspec.Struct, frozen=True):
    """One label of one image. ``rank`` 0 is the first that this source says; ``confidence`` is 0 to 1, None
    where nobody measured one; ``model`` names the model, empty for other sources."""

    label: str
    source: LabelSource
    rank: int = 0
    confidence: float | None = None
    model: str = ""


class Choice(msgspec.Struct, frozen=True):
    """What a dataset says of an image: its class, all of its labels, and who says so."""

    label: str
    labels: tuple[str, ...]
    source: LabelSource
    confidence: float | None


class ModelRules(msgspec.Struct, frozen=True, kw_only=True):
    """``threshold``: from which confidence a model is believed. ``most``: how many pictures of one job may be
    sent to it, 0 where there is none; ``at_once`` so many together."""

    threshold: float = 0.8
    most: int = 0
    at_once: int = 4

    def choices(self, said: Mapping[ImageId, Sequence[Label]], *, several: bool) -> dict[ImageId, str | None]:
        """Each image's class."""
        found = {
            image: chosen(labels, threshold=self.threshold, several=several) for image, labels in said.items()
        }
        return {image: None if one is None else one.label for image, one in found.items()}


NO_MODEL = ModelRules()

FOUND = (LabelSource.TAXON, LabelSource.CATEGORY, LabelSource.QUERY)
"""How it was found, the most knowing first."""


def chosen(labels: Iterable[Label], *, threshold: float, several: bool = False) -> Choice | None:
    """The policy: a person before a model that is sure enough (``threshold``) before the source's taxon
    before the category before the search text. Tags alone are no label, so they choose nothing.

    A person's labels all count, the first is the class. Of several models the surest is believed.
    ``several``: the image keeps all labels that it was found under. None: nothing is known.
    """
    by_source: dict[LabelSource, list[Label]] = {}
    for one in sorted(labels, key=_order):
        by_source.setdefault(one.source, []).append(one)
    if people := by_source.get(LabelSource.PERSON):
        return _choice(people)
    sure = [one for one in by_source.get(LabelSource.MODEL, ()) if (one.confidence or 0) >= threshold]
    if sure:
        return _choice(sure[:1])
    found = [one for source in FOUND for one in by_source.get(source, ())]
    if not found:
        return None
    return _choice(sorted(found, key=lambda one: one.rank) if several else found[:1])


def _order(one: Label) -> tuple[float, int, str, str]:
    """The surest first, then the first said; names decide only between equals."""
    return (-(one.confidence or 0), one.rank, one.model, one.label)


def _choice(labels: Sequence[Label]) -> Choice:
    first = labels[0]
    names = tuple(dict.fromkeys(one.label for one in labels))
    return Choice(first.label, names, first.source, first.confidence)
