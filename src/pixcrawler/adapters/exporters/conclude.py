"""The end of every export: its texts, and a look at what stands there now."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from pixcrawler.adapters.exporters.bag import Bag
from pixcrawler.adapters.exporters.form import Form, Made
from pixcrawler.adapters.exporters.sidecars import Written, write_sidecars
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary
from pixcrawler.application.ports.target import Reading, Target
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.layout import Layout
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.shared.errors import Unavailable

Sizes = Iterable[tuple[str, int]]


async def conclude(
    manifest: Manifest,
    options: ExportOptions,
    layout: Layout,
    form: Form,
    target: Target,
    *,
    made: Sequence[Made] | None = None,
) -> ExportSummary:
    """After the pictures: the sidecars, the end of the target, and the counts of what can be read there.

    ``layout`` tells of the pictures as they were written (``Layout.changed``). ``made`` are the files that
    hold them, in the order of writing; None where each has its own. Raises as ``Exporter.write`` does.
    """
    written = await to_the_end(
        partial(write_sidecars, manifest, options, layout, form, target.scratch, made=made)
    )
    for text in written.texts:
        await target.take(text.name, text.path)
    reading = await target.finish()

    def expected() -> Iterator[tuple[str, int]]:
        yield from ((text.name, text.size) for text in written.texts)
        yield from ((file.name, file.size) for file in made or ())
        if made is None:
            for image in layout:
                yield form.file(image), image.row.bytes
                yield from ((name, len(data)) for name, data in form.beside(image))

    return await asyncio.to_thread(_recount, written, form, reading, expected())


def _recount(written: Written, form: Form, reading: Reading, expected: Sizes) -> ExportSummary:
    try:
        found, total = Bag(), 0
        for name, size in reading.files():
            found.add(name, str(size))
            total += size
        if found.state != written.files.state:
            raise ExportMismatch(_difference(expected, reading.files()))
        counts = _counts(written, form, reading)
    except OSError as error:
        raise Unavailable(f"What was written cannot be read again: {error.strerror}.") from error
    return ExportSummary(images=written.stats.images, bytes=total, counts=counts)


def _difference(expected: Sizes, found: Sizes) -> str:
    """The first difference by name; looked for only when there is one."""
    wanted, there = Counter(expected), Counter(found)
    for name, size in sorted((there - wanted).keys()):
        said = next((other for one, other in wanted if one == name), None)
        if said is None:
            return f"{name} stands in the export and does not belong there; export again."
        if said == size:
            return f"{name} stands in the export twice; build the version again."
        return f"{name} has {size:,} bytes in the export and {said:,} in the manifest; export again."
    missing = min(name for name, _ in wanted - there)
    return f"{missing} is missing from the export; export again."


def _counts(written: Written, form: Form, reading: Reading) -> dict[str, dict[str, int]]:
    """Images per split and class as the format tells them, in the order of the statistics."""
    seen, counted = Bag(), Counter[tuple[str, str]]()
    try:
        for one in form.read_back(reading):
            seen.add(*one)
            counted[one.split, one.label] += 1
    except (KeyError, ValueError) as error:
        raise ExportMismatch(f"The export cannot be read as {form.id}; export again.") from error
    if seen.state != written.pictures.state:
        raise ExportMismatch(_unlike(written, counted))
    return {
        split: {label: counted[split, label] for label in inside}
        for split, inside in written.stats.splits.items()
    }


def _unlike(written: Written, counted: Counter[tuple[str, str]]) -> str:
    for split, inside in written.stats.splits.items():
        for label, count in inside.items():
            if counted[split, label] != count:
                return (
                    f"Of “{label}” in {split} the export has {counted[split, label]:,} images"
                    f" and the manifest {count:,}; export again."
                )
    return "The export does not tell of its images as the manifest does; export again."
