"""``stats.json``, held against what was counted."""

from collections import Counter
from collections.abc import Mapping

from pixcrawler_sdk.checking.inventory import STATS
from pixcrawler_sdk.checking.report import Code, Problems
from pixcrawler_sdk.checking.rows import Rows
from pixcrawler_sdk.manifest import Stats


def compare(stats: Stats, rows: Rows, digest: str | None, problems: Problems) -> None:
    """Images, bytes, classes, classes per split, and the digest where both know one."""
    for what, told, counted in (("images", stats.images, rows.images), ("bytes", stats.bytes, rows.bytes)):
        if told != counted:
            sentence = f"it says {told:,} {what}, and the manifest has {counted:,}"
            problems.add(Code.STATS_MISMATCH, STATS, sentence)
    if stats.digest and digest and stats.digest != digest:
        sentence = f"it says that the manifest's digest is {stats.digest}, and its rows have {digest}"
        problems.add(Code.STATS_MISMATCH, STATS, sentence)
    classes: Counter[str] = Counter()
    for inside in rows.counts.values():
        classes.update(inside)
    _compare("", stats.classes, classes, problems)
    for split in sorted(stats.splits.keys() | rows.counts.keys()):
        _compare(f"{split}: ", stats.splits.get(split, {}), rows.counts.get(split, {}), problems)


def _compare(where: str, told: Mapping[str, int], counted: Mapping[str, int], problems: Problems) -> None:
    for label in sorted(told.keys() | counted.keys()):
        if told.get(label, 0) != counted.get(label, 0):
            sentence = (
                f"{where}it says {told.get(label, 0):,} images of {label!r}, "
                f"and the manifest has {counted.get(label, 0):,}"
            )
            problems.add(Code.STATS_MISMATCH, STATS, sentence)
