"""How the images of a dataset were found, for its card."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.spec import DedupScope, JobSpec
from pixcrawler.domain.datasets.manifest import CrawlFacts
from pixcrawler.domain.datasets.selecting import classes_of
from pixcrawler.domain.datasets.selection import Selection, in_words


def rejected(jobs: Sequence[CrawlJob]) -> dict[str, int]:
    """Candidates of the jobs that became no image, by reason."""
    counted: Counter[str] = Counter()
    for job in jobs:
        counted.update(job.reasons)
    return dict(sorted(counted.items()))


def facts_of(jobs: Sequence[CrawlJob], selection: Selection) -> CrawlFacts:
    """``jobs`` are those of the selection. How many images were asked for is told of whole jobs only."""
    specs = [job.spec for job in jobs]
    keywords = [keyword for spec in specs for keyword in spec.keywords]
    if selection.is_whole_job:
        classes = [keyword.label for keyword in keywords if keyword.label]
    else:
        classes = classes_of(
            selection, {job.id: [keyword.label for keyword in job.spec.keywords] for job in jobs}
        )
    steps = list(_steps(selection))
    return CrawlFacts(
        queries=tuple(dict.fromkeys(text for keyword in keywords for text in keyword.texts if text)),
        sources=tuple(dict.fromkeys(source for spec in specs for source in spec.sources)),
        classes=tuple(dict.fromkeys(classes)),
        filters=tuple(dict.fromkeys((*_filters(specs), *steps))),
        seed=specs[0].seed,
        asked=None if steps else sum(job.max_images for job in jobs),
    )


def _filters(specs: Iterable[JobSpec]) -> list[tuple[str, str]]:
    filters: list[tuple[str, str]] = []
    for spec in specs:
        filters.append(("dedup", spec.dedup.value))
        if spec.dedup_scope is not DedupScope.JOB:
            filters.append(("dedup-scope", spec.dedup_scope.value))
        filters.append(("validation", spec.validation.value))
        filters.append(("safe-search", spec.filters.safe_search.value))
        if spec.filters.license:
            filters.append(("license", ",".join(spec.filters.license)))
        if spec.rules.min_size:
            filters.append(("min-size", "x".join(map(str, spec.rules.min_size))))
        if spec.rules.max_size:
            filters.append(("max-size", "x".join(map(str, spec.rules.max_size))))
        if spec.rules.file_types:
            filters.append(("file-type", ",".join(spec.rules.file_types)))
        if spec.filters.exclude:
            filters.append(("exclude", ",".join(spec.filters.exclude)))
        if spec.minimums:
            filters.append(
                ("minimum", ", ".join(f"{label} {least}" for label, least in spec.minimums.items()))
            )
        if spec.conflicts is not Conflicts.KEEP:
            filters.append(("conflicts", spec.conflicts.value))
    return filters


def _steps(selection: Selection) -> Iterator[tuple[str, str]]:
    for part in selection.parts:
        yield from _steps(part)
    yield from map(in_words, selection.steps)
