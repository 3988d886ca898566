"""From what a job recorded to what its page shows."""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from pixcrawler.application.ports.exporter import Exporter
from pixcrawler.application.ports.reads import DroppedCopy, RejectedCandidate, SourceTrouble
from pixcrawler.application.ports.report import (
    Copy,
    DuplicateSet,
    Example,
    Fact,
    Funnel,
    LabelSheet,
    Picture,
    Rejection,
    Report,
    Share,
    Step,
)
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.shortfall import explained
from pixcrawler.domain.datasets.layout import Layout, Placed, lay_out
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SPLITS
from pixcrawler.domain.datasets.statistics import aspect_histogram, size_histogram
from pixcrawler.domain.datasets.version import Export
from pixcrawler.domain.shared.reasons import Reason

PER_LABEL = 48

Rejected = Mapping[Reason, Sequence[RejectedCandidate]]
Files = Callable[[Placed], str | None]


def assemble(
    *,
    job: CrawlJob,
    export: Export,
    exporter: Exporter,
    dataset: str,
    manifest: Manifest,
    thumbnails: Mapping[str, bytes],
    rejected: Rejected,
    near: tuple[int, Sequence[DroppedCopy]],
    came: tuple[int, int],
    troubles: Sequence[SourceTrouble],
) -> Report:
    """``came`` is (files that came, acceptable pictures among them); ``near`` (sets in all, copies shown).
    ``dataset`` is where it lies on this machine.
    The rows go by once; of those that the page does not show only numbers are held."""
    layout = exporter.layout(manifest, export.plan.splits)
    gathered = _Gathered(thumbnails, {copy.kept for copy in near[1]}, _files(export, layout))
    for one in layout or lay_out(manifest, export.plan.splits):
        gathered.add(one)
    near_total = job.reasons.get(Reason.DUPLICATE_NEAR, 0)
    files, good = came
    return Report(
        title=manifest.dataset,
        tool=manifest.facts.tool,
        asked=job.max_images,
        images=len(manifest.rows),
        bytes=gathered.bytes,
        funnel=Funnel(
            found=job.found,
            downloaded=files,
            valid=good + job.reasons.get(Reason.DUPLICATE_EXACT, 0),
            unique=good - near_total,
            kept=len(manifest.rows),
        ),
        dataset=dataset,
        facts=_facts(job, manifest),
        missing=explained(job.max_images, job.accepted, job.reasons, [t.sentence for t in troubles]),
        sheets=gathered.sheets(),
        rejections=_rejections(job, rejected),
        duplicates=_duplicates(near[1], gathered.kept, thumbnails),
        duplicate_sets=near[0],
        sizes=size_histogram(gathered.sizes()),
        aspects=aspect_histogram(gathered.sizes()),
        licenses=tuple(
            Share(name=n, count=c, url=gathered.links[n]) for n, c in gathered.licenses.most_common()
        ),
        sources=tuple(Share(name=n, count=c) for n, c in gathered.sources.most_common()),
        label_sources=tuple(Share(name=n, count=c) for n, c in gathered.label_sources.most_common()),
        splits={split: inside for split, inside in gathered.splits.items() if inside},
        next_steps=_next_steps(export, exporter, dataset),
    )


class _Gathered:
    """What the page says of the images: the first pictures of each label, those in ``wanted``, and counts."""

    def __init__(self, thumbnails: Mapping[str, bytes], wanted: Collection[str], files: Files) -> None:
        self._thumbnails, self._wanted, self._files = thumbnails, wanted, files
        self._widths, self._heights = array("Q"), array("Q")
        self._labels: dict[str, int] = {}
        self._first: dict[str, list[Picture]] = {}
        self.kept: dict[str, Picture] = {}
        self.bytes = 0
        self.licenses: Counter[str] = Counter()
        self.links: dict[str, str | None] = {}
        self.sources: Counter[str] = Counter()
        self.label_sources: Counter[str] = Counter()
        self.splits: dict[str, dict[str, int]] = {split: {} for split in SPLITS}

    def add(self, one: Placed) -> None:
        row, inside = one.row, self.splits[one.split]
        self._widths.append(row.width)
        self._heights.append(row.height)
        self.bytes += row.bytes
        self.licenses[row.license] += 1
        self.links[row.license] = row.license_url
        self.sources[row.source] += 1
        if row.label:
            self.label_sources[row.label_source] += 1
        inside[row.label] = inside.get(row.label, 0) + 1
        number = self._labels[row.label] = self._labels.get(row.label, 0) + 1
        if number <= PER_LABEL:
            self._first.setdefault(row.label, []).append(self._picture(one))
        if row.sha256 in self._wanted:
            self.kept[row.sha256] = self._picture(one)

    def _picture(self, one: Placed) -> Picture:
        row = one.row
        return Picture(
            thumbnail=self._thumbnails.get(row.sha256),
            width=row.width,
            height=row.height,
            bytes=row.bytes,
            license=row.license,
            license_url=row.license_url,
            title=row.title,
            author=row.author,
            source=row.source,
            file=self._files(one),
            image_url=row.image_url,
            page_url=row.page_url,
        )

    def sizes(self) -> Iterator[tuple[int, int]]:
        return zip(self._widths, self._heights, strict=True)

    def sheets(self) -> tuple[LabelSheet, ...]:
        return tuple(
            LabelSheet(label=label, images=images, pictures=tuple(self._first[label]))
            for label, images in self._labels.items()
        )


def _files(export: Export, layout: Layout | None) -> Files:
    """The file of each picture relative to the page, where it has one."""
    if layout is None or export.plan.archive is not None:
        return lambda _: None
    conversion = export.plan.conversion
    wanted = None if conversion is None else conversion.format
    if wanted is None:
        return lambda image: image.path
    return lambda image: f"{image.path.rpartition('.')[0]}.{wanted.extension}"


def _facts(job: CrawlJob, manifest: Manifest) -> tuple[Fact, ...]:
    facts = [Fact("Keywords", ", ".join(manifest.facts.queries) or "none")]
    facts.append(Fact("Sources", ", ".join(manifest.facts.sources)))
    facts += [Fact(name, value) for name, value in manifest.facts.filters]
    facts.append(Fact("Seed", str(manifest.facts.seed)))
    if job.started_at and job.ended_at:
        facts.append(Fact("Crawled in", f"{(job.ended_at - job.started_at).total_seconds():.1f} s"))
    return tuple(facts)


def _rejections(job: CrawlJob, rejected: Rejected) -> tuple[Rejection, ...]:
    most_first = sorted(job.reasons.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Rejection(
            reason=Reason(reason),
            count=count,
            examples=tuple(Example(one.url, one.evidence) for one in rejected.get(Reason(reason), ())),
        )
        for reason, count in most_first
    )


def _duplicates(
    copies: Sequence[DroppedCopy], pictures: Mapping[str, Picture], thumbnails: Mapping[str, bytes]
) -> tuple[DuplicateSet, ...]:
    sets: dict[str, list[DroppedCopy]] = {}
    for copy in copies:
        if copy.kept in pictures:
            sets.setdefault(copy.kept, []).append(copy)
    return tuple(
        DuplicateSet(pictures[kept], tuple(_copy(one, pictures[kept], thumbnails) for one in dropped))
        for kept, dropped in sets.items()
    )


def _copy(copy: DroppedCopy, kept: Picture, thumbnails: Mapping[str, bytes]) -> Copy:
    picture = Picture(
        thumbnail=thumbnails.get(copy.dropped),
        width=copy.facts.width,
        height=copy.facts.height,
        bytes=copy.bytes,
        source=kept.source,
        image_url=copy.url,
    )
    return Copy(picture, copy.distance)


def _next_steps(export: Export, exporter: Exporter, dataset: str) -> tuple[Step, ...]:
    credit = Step("Credit the authors: ATTRIBUTION.csv and LICENSE-SUMMARY.md hold what you need.")
    if export.plan.archive is not None:
        check = Step("Check that every file is as it was written:", f"pixcrawler datasets verify {dataset!r}")
        return (Step(f"Unpack {dataset}; the README.md in it says how it is loaded."), check, credit)
    check = Step("Check that every file is as it was written:", f"cd {dataset!r} && sha256sum -c SHA256SUMS")
    if not exporter.hub:
        return (Step("Load it as README.md says."), check, credit)
    code = f"from datasets import load_dataset\nds = load_dataset({dataset!r})"
    return (Step("Load it with Hugging Face datasets:", code), check, credit)
