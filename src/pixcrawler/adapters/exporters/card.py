"""The dataset card: a README.md whose front matter Hugging Face reads and whose text people read."""

from collections.abc import Iterator

import msgspec

from pixcrawler.adapters.exporters.form import Form
from pixcrawler.adapters.exporters.quoting import in_markdown, in_yaml
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow, Rows, RowsDigest, digest
from pixcrawler.domain.datasets.statistics import Statistics
from pixcrawler.domain.shared.reasons import Reason

# The names that the Hub knows (hf.co/docs/hub/repositories-licenses); all others are "other".
_HUB_LICENSES = frozenset(
    {
        "cc0-1.0",
        *(f"cc-by-{version}" for version in ("2.0", "2.5", "3.0", "4.0")),
        *(f"cc-by-sa-{version}" for version in ("3.0", "4.0")),
        *(f"cc-by-nc-{version}" for version in ("2.0", "3.0", "4.0")),
        *(f"cc-by-nc-sa-{version}" for version in ("2.0", "3.0", "4.0")),
        *(f"cc-by-nc-nd-{version}" for version in ("3.0", "4.0")),
        "cc-by-nd-4.0",
        "unknown",
    }
)
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

_FILES = """\
| `manifest.jsonl` | all that is known of every image |
| `ATTRIBUTION.csv` | credits, one line per image |
| `LICENSE-SUMMARY.md` | how many images are under which licence |
| `stats.json` | the numbers of this page and more |
| `croissant.json` | this page for programs: [Croissant](https://mlcommons.org/croissant) |
| `SHA256SUMS` | check the files with `sha256sum -c SHA256SUMS` |

## Limits

Labels come from the search, not from a person, unless `label_source` says `person`. Nobody looked for
faces, personal data or offensive content. If a picture is yours and should not be here, tell whoever gave
you this dataset; `image_url` and the SHA-256 in `manifest.jsonl` name it exactly.
"""


class Origin(msgspec.Struct):
    """What is said of all rows together: when the first and the last were fetched, and, from ``finish`` on,
    the digest of the version. After a conversion that is another than theirs: that of what was found."""

    summed: RowsDigest = msgspec.field(default_factory=RowsDigest)
    first: str = ""
    last: str = ""
    digest: str = ""

    def add(self, row: ManifestRow) -> None:
        self.summed.add(row)
        self.first = min(self.first or row.retrieved_at, row.retrieved_at)
        self.last = max(self.last, row.retrieved_at)

    def finish(self, found: Rows, *, converted: bool) -> None:
        """When all rows went by. ``found`` are those of the version."""
        self.digest = digest(found) if converted else self.summed.hexdigest()


def card(manifest: Manifest, stats: Statistics, origin: Origin, options: ExportOptions, form: Form) -> str:
    """``README.md``."""
    sections = (
        _front_matter(stats, options.name, form),
        _overview(manifest, stats, options.name),
        ("## Use it", "", form.loading()),
        _classes(stats),
        _origin(manifest, stats, origin, options),
        _rejections(manifest),
        _files(form),
    )
    return "\n".join("\n".join(lines).rstrip("\n") + "\n" for lines in sections)


def _front_matter(stats: Statistics, name: str, form: Form) -> Iterator[str]:
    yield "---"
    yield f"pretty_name: {in_yaml(name)}"
    yield from _license(stats)
    yield from ("task_categories:", "  - image-classification")
    yield "size_categories:"
    yield "  - " + next((size for limit, size in _SIZES if stats.images < limit), "n>1M")
    yield from ("tags:", "  - image", "  - pixcrawler")
    if stats.images:
        yield from form.front_matter(stats)
    yield "---"


def _license(stats: Statistics) -> Iterator[str]:
    ids = [licence.lower() for licence in stats.licenses]
    if len(ids) == 1 and ids[0] in _HUB_LICENSES:
        yield f"license: {ids[0]}"
    else:
        yield from ("license: other", "license_name: per-image", "license_link: LICENSE-SUMMARY.md")


def _overview(manifest: Manifest, stats: Statistics, name: str) -> Iterator[str]:
    yield f"# {in_markdown(name)}"
    yield ""
    filled = sum(1 for count in stats.classes.values() if count)
    images = _number(stats.images, "image")
    yield f"{images} in {_number(filled, 'class', 'classes')}, version {manifest.version}."
    for warning in stats.warnings:
        yield ""
        yield f"> **Note:** {in_markdown(warning)}"
    yield ""
    yield "| | least | median | greatest |"
    yield "|---|---:|---:|---:|"
    for what, spread in (("width, pixels", stats.width), ("height, pixels", stats.height)):
        yield f"| {what} | {spread.min:,} | {spread.median:,} | {spread.max:,} |"
    size = stats.file_size
    yield f"| file, bytes | {size.min:,} | {size.median:,} | {size.max:,} |"


def _classes(stats: Statistics) -> Iterator[str]:
    yield "## Classes"
    yield ""
    yield f"| class | {' | '.join(stats.splits)} | all |" if stats.splits else "| class | all |"
    yield "|---|" + "---:|" * (len(stats.splits) + 1)
    for label, count in stats.classes.items():
        cells = [f"{inside.get(label, 0):,}" for inside in stats.splits.values()]
        yield f"| {' | '.join([in_markdown(label) or '(none)', *cells, f'{count:,}'])} |"


def _origin(manifest: Manifest, stats: Statistics, origin: Origin, options: ExportOptions) -> Iterator[str]:
    facts = manifest.facts
    yield "## How it was made"
    yield ""
    yield f"- Tool: {in_markdown(facts.tool)}"
    if facts.queries:
        yield "- Searched for: " + ", ".join(f"“{in_markdown(query)}”" for query in facts.queries)
    sources = facts.sources or tuple(stats.sources)
    yield "- Sources: " + (", ".join(in_markdown(source) for source in sources) or "none")
    if stats.label_sources:
        said = ", ".join(f"{in_markdown(name)} {count:,}" for name, count in stats.label_sources.items())
        yield f"- Labels, by who says them: {said}"
    for name, value in facts.filters:
        yield f"- {in_markdown(name)}: {in_markdown(value)}"
    if facts.asked is not None:
        yield f"- Images asked for: {facts.asked:,}; in the dataset: {stats.images:,}"
    if stats.images:
        yield f"- Fetched between {origin.first} and {origin.last}"
    plan = options.splits
    shares = ", ".join(f"{name} {ratio:.4g}" for name, ratio in plan.ratios.items())
    yield f"- Split: {shares}; seed {plan.seed}; stratified by class, versions of one picture kept together"
    if options.conversion is not None:
        yield f"- Pictures: {_conversion(options.conversion)}; `original_sha256` is what was found"
    yield f"- Manifest digest: `{origin.digest}`"


def _rejections(manifest: Manifest) -> Iterator[str]:
    yield "## What was left out"
    yield ""
    if not manifest.rejected:
        yield "Nothing."
        return
    yield "| reason | candidates | meaning |"
    yield "|---|---:|---|"
    for reason, count in sorted(manifest.rejected.items(), key=lambda item: (-item[1], item[0])):
        meaning = Reason(reason).sentence if reason in set(Reason) else ""
        yield f"| {in_markdown(reason)} | {count:,} | {in_markdown(meaning)} |"


def _files(form: Form) -> Iterator[str]:
    yield from ("## Files", "", "| file | holds |", "|---|---|")
    for name, holds in form.files:
        yield f"| `{name}` | {holds} |"
    yield from _FILES.splitlines()


def _conversion(conversion: Conversion) -> str:
    said = [
        f"converted to {conversion.format.upper()}" if conversion.format else "",
        f"quality {conversion.quality}"
        if conversion.quality and conversion.format is not PictureFormat.PNG
        else "",
        f"longer side at most {conversion.max_side} pixels" if conversion.max_side else "",
        "metadata dropped" if conversion.strip_metadata else "",
    ]
    return ", ".join(filter(None, said))


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
