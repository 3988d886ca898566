"""What a step ``keep`` asks of an image, condition by condition."""

from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from pixcrawler.domain.datasets.offered import Offered
from pixcrawler.domain.datasets.selection import Keep, in_words
from pixcrawler.domain.shared.licenses import allows
from pixcrawler.domain.shared.validation import Validation

Holds = Callable[[Offered, str], bool]
"""Of an image, and the class that it has at this step."""
Fits = Callable[[Offered], bool]

_LEVELS = tuple(Validation)


def conditions(keep: Keep) -> Iterator[tuple[str, Holds]]:
    """Each with what it is called in an error."""
    given = msgspec.to_builtins(keep)  # what is left out is not there
    for field in (*_OF_LABEL, *_OF_IMAGE):
        if field in given:
            alone = Keep(**{field: getattr(keep, field)})
            yield in_words(alone)[1], _holds(field, alone)


def _holds(field: str, keep: Keep) -> Holds:
    if field in _OF_LABEL:
        return _OF_LABEL[field](keep)
    fits = _OF_IMAGE[field](keep)
    return lambda image, _: fits(image)


def _labels(keep: Keep) -> Holds:
    wanted = frozenset(keep.labels)
    return lambda _, label: label in wanted


def _without_labels(keep: Keep) -> Holds:
    unwanted = frozenset(keep.without_labels)
    return lambda _, label: label not in unwanted


def _min_size(keep: Keep) -> Fits:
    width, height = keep.min_size or (0, 0)
    return lambda image: image.width >= width and image.height >= height


def _max_size(keep: Keep) -> Fits:
    assert keep.max_size is not None
    width, height = keep.max_size
    return lambda image: image.width <= width and image.height <= height


def _formats(keep: Keep) -> Fits:
    wanted = frozenset(keep.formats)
    return lambda image: image.format in wanted


def _licenses(keep: Keep) -> Fits:
    allowed = cache(lambda license_id: allows(license_id, keep.licenses))
    return lambda image: allowed(image.license)


def _sources(keep: Keep) -> Fits:
    wanted = frozenset(keep.sources)
    return lambda image: image.source in wanted


def _max_issues(keep: Keep) -> Fits:
    most = keep.max_issues or 0
    return lambda image: image.scores is not None and len(image.issues) <= most


def _without_issues(keep: Keep) -> Fits:
    unwanted = frozenset(keep.without_issues)
    return lambda image: image.scores is not None and unwanted.isdisjoint(image.issues)


def _max_scores(keep: Keep) -> Fits:
    most = keep.max_scores

    def holds(image: Offered) -> bool:
        scores = image.scores
        return scores is not None and all(scores.get(name, 2.0) <= high for name, high in most.items())

    return holds


def _validation(keep: Keep) -> Fits:
    enough = frozenset(_LEVELS[_LEVELS.index(keep.validation or Validation.BASIC) :])
    return lambda image: image.validation in enough


def _reviewed(keep: Keep) -> Fits:
    return lambda image: image.reviewed is keep.reviewed


def _retrieved_after(keep: Keep) -> Fits:
    first = keep.retrieved_after
    assert first is not None
    return lambda image: image.retrieved_at >= first


def _retrieved_before(keep: Keep) -> Fits:
    end = keep.retrieved_before
    assert end is not None
    return lambda image: image.retrieved_at < end


_OF_LABEL: dict[str, Callable[[Keep], Holds]] = {"labels": _labels, "without_labels": _without_labels}
_OF_IMAGE: dict[str, Callable[[Keep], Fits]] = {
    "min_size": _min_size,
    "max_size": _max_size,
    "formats": _formats,
    "licenses": _licenses,
    "sources": _sources,
    "max_issues": _max_issues,
    "without_issues": _without_issues,
    "max_scores": _max_scores,
    "validation": _validation,
    "reviewed": _reviewed,
    "retrieved_after": _retrieved_after,
    "retrieved_before": _retrieved_before,
}
