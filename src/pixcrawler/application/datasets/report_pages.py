"""From what a job recorded to what its page shows."""

from collections import Counter
from collections.abc import Mapping, Sequence

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
from pixcrawler.domain.datasets.layout import Placed, count_images, lay_out
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow
from pixcrawler.domain.datasets.version import Export
from pixcrawler.domain.shared.reasons import Reason

PER_LABEL = 48

Rejected = Mapping[Reason, Sequence[RejectedCandidate]]


def assemble(
    *,
    job: CrawlJob,
    export: Export,
    manifest: Manifest,
    thumbnails: Mapping[str, bytes],
    rejected: Rejected,
    near: tuple[int, Sequence[DroppedCopy]],
    came: tuple[int, int],
    troubles: Sequence[SourceTrouble],
) -> Report:
    """``came`` is (files that came, acceptable pictures among them); ``near`` (sets in all, copies shown)."""
    placed = lay_out(manifest, export.plan.splits)
    pictures = {one.row.sha256: _picture(one, thumbnails) for one in placed}
    sizes = tuple((row.width, row.height) for row in manifest.rows)
    near_total = job.reasons.get(Reason.DUPLICATE_NEAR, 0)
    files, good = came
    return Report(
        title=manifest.dataset,
        tool=manifest.facts.tool,
        asked=job.max_images,
        images=len(manifest.rows),
        bytes=sum(row.bytes for row in manifest.rows),
        funnel=Funnel(
            found=job.found,
            downloaded=files,
            valid=good + job.reasons.get(Reason.DUPLICATE_EXACT, 0),
            unique=good - near_total,
            kept=len(manifest.rows),
        ),
        dataset=export.plan.folder or "",
        facts=_facts(job, manifest),
        missing=explained(job.max_images, job.accepted, job.reasons, [t.sentence for t in troubles]),
        sheets=_sheets(placed, pictures),
        rejections=_rejections(job, rejected),
        duplicates=_duplicates(near[1], pictures, thumbnails),
        duplicate_sets=near[0],
        sizes=sizes,
        licenses=_licenses(manifest.rows),
        sources=tuple(
            Share(name=n, count=c) for n, c in Counter(r.source for r in manifest.rows).most_common()
        ),
        splits=count_images(placed),
        next_steps=_next_steps(export),
    )


def _picture(one: Placed, thumbnails: Mapping[str, bytes]) -> Picture:
    row = one.row
    return Picture(
        thumbnail=thumbnails.get(row.sha256),
        width=row.width,
        height=row.height,
        bytes=row.bytes,
        license=row.license,
        license_url=row.license_url,
        title=row.title,
        author=row.author,
        source=row.source,
        file=one.path,
        image_url=row.image_url,
        page_url=row.page_url,
    )


def _facts(job: CrawlJob, manifest: Manifest) -> tuple[Fact, ...]:
    facts = [Fact("Keywords", ", ".join(manifest.facts.queries) or "none")]
    facts.append(Fact("Sources", ", ".join(manifest.facts.sources)))
    facts += [Fact(name, value) for name, value in manifest.facts.filters]
    facts.append(Fact("Seed", str(manifest.facts.seed)))
    if job.started_at and job.ended_at:
        facts.append(Fact("Crawled in", f"{(job.ended_at - job.started_at).total_seconds():.1f} s"))
    return tuple(facts)


def _sheets(placed: Sequence[Placed], pictures: Mapping[str, Picture]) -> tuple[LabelSheet, ...]:
    labels: dict[str, list[Picture]] = {}
    for one in placed:
        labels.setdefault(one.row.label, []).append(pictures[one.row.sha256])
    return tuple(
        LabelSheet(label=label, images=len(all_of_it), pictures=tuple(all_of_it[:PER_LABEL]))
        for label, all_of_it in labels.items()
    )


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


def _licenses(rows: Sequence[ManifestRow]) -> tuple[Share, ...]:
    urls = {row.license: row.license_url for row in rows}
    counted = Counter(row.license for row in rows)
    return tuple(Share(name=name, count=n, url=urls[name]) for name, n in counted.most_common())


def _next_steps(export: Export) -> tuple[Step, ...]:
    folder = export.plan.folder or "."
    return (
        Step(
            "Load it with Hugging Face datasets:",
            f"from datasets import load_dataset\nds = load_dataset({folder!r})",
        ),
        Step("Check that every file is as it was written:", f"cd {folder!r} && sha256sum -c SHA256SUMS"),
        Step("Credit the authors: ATTRIBUTION.csv and LICENSE-SUMMARY.md hold what you need."),
    )
