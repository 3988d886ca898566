"""The report as one HTML file: no script, no asset from anywhere, readable in any browser."""

import asyncio
import base64
import errno
import secrets
import urllib.parse
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixcrawler.application.ports.report import Funnel, Picture, Report, Share
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.domain.datasets.statistics import Bin
from pixcrawler.domain.shared.errors import StorageFull, Unavailable

if TYPE_CHECKING:  # it comes with the first report: every worker loads this file
    import jinja2

NAME = "report.html"

_PAGE_SCHEMES = ("http://", "https://")
_URL_SAFE = "%:/?#[]@!$&'()*+,;=~-._"
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_WIDEST, _NARROWEST = 2.6, 0.72


class HtmlReport:
    """Writes ``report.html``."""

    @cached_property
    def _template(self) -> "jinja2.Template":
        import jinja2

        environment = jinja2.Environment(
            loader=jinja2.PackageLoader("pixcrawler.adapters.reports"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "aspect": aspect,
            "badge": badge,
            "data_uri": data_uri,
            "file_url": file_url,
            "filesize": filesize,
            "number": "{:,}".format,
            "percent": percent,
            "web_url": web_url,
        }
        return environment.get_template("report.html.j2")

    async def prepare(self) -> None:
        await asyncio.to_thread(lambda: self._template)

    async def write(self, report: Report, into: Path) -> None:
        await to_the_end(partial(self._write, report, into))

    def _write(self, report: Report, into: Path) -> None:
        part = into / f".{secrets.token_hex(8)}.part"
        try:
            part.write_text(self.render(report), encoding="utf-8")
            part.replace(into / NAME)
        except OSError as error:
            part.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                message = f"The disk that holds {into} is full; make room and try again."
                raise StorageFull(message) from error
            message = f"The report cannot be written into {into}: {error.strerror}."
            raise Unavailable(message) from error

    def render(self, report: Report) -> str:
        """The whole page."""
        return self._template.render(
            report=report,
            steps=funnel_steps(report.funnel),
            size_bars=bars(report.sizes),
            aspect_bars=bars(report.aspects if report.sizes else ()),
            licenses=[(share, badge(share.name)) for share in _most_first(report.licenses)],
            sources=_most_first(report.sources),
            label_sources=_most_first(report.label_sources),
            class_rows=class_rows(report.splits),
            rejections=sorted(report.rejections, key=lambda each: (-each.count, each.reason)),
        )


def funnel_steps(funnel: Funnel) -> list[dict[str, Any]]:
    """Each step with its share of all candidates and what the step before had more."""
    counts = [
        ("found", "candidates that the sources named", funnel.found),
        ("downloaded", "files that came", funnel.downloaded),
        ("valid", "pictures as asked for", funnel.valid),
        ("unique", "different pictures", funnel.unique),
        ("kept", "in the dataset", funnel.kept),
    ]
    before = [funnel.found, *(count for _, _, count in counts)]
    return [
        {"name": name, "meaning": meaning, "count": count, "lost": last - count}
        for (name, meaning, count), last in zip(counts, before, strict=False)
    ]


def bars(bins: Sequence[Bin]) -> list[dict[str, Any]]:
    """Bars of an SVG 100 units wide and 40 high: left edge, width, top and height of each."""
    if not bins:
        return []
    tallest = max(1, *(each.count for each in bins))
    room = 100 / len(bins)
    return [
        {
            "name": each.name,
            "count": each.count,
            "x": round(index * room + room * 0.09, 3),
            "width": round(room * 0.82, 3),
            "y": round(40 - 40 * each.count / tallest, 3),
            "height": round(40 * each.count / tallest, 3),
            "share": percent(each.count, sum(one.count for one in bins)),
        }
        for index, each in enumerate(bins)
    ]


def class_rows(splits: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """A row per label: its images in each split, and in all."""
    labels = sorted({label for inside in splits.values() for label in inside})
    rows = [{"label": label, "counts": [one.get(label, 0) for one in splits.values()]} for label in labels]
    return [{**row, "all": sum(row["counts"])} for row in rows]


def aspect(picture: Picture) -> float:
    """Width divided by height, kept within what a row of pictures can bear."""
    return round(min(_WIDEST, max(_NARROWEST, picture.width / max(1, picture.height))), 3)


def badge(license_id: str) -> str:
    """A class of licence, for its colour: ``free``, ``credit``, ``limited``, ``other`` or ``unknown``."""
    name = license_id.upper()
    parts = set(name.split("-"))
    if name == "UNKNOWN" or not name:
        return "unknown"
    if name.startswith(("CC0", "PDM", "PUBLIC")):
        return "free"
    if parts & {"NC", "ND"}:
        return "limited"
    return "credit" if "BY" in parts else "other"


def data_uri(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def web_url(url: str | None) -> str | None:
    """The address, where it is one of the web: a ``javascript:`` never becomes a link."""
    if not url or not url.lower().startswith(_PAGE_SCHEMES):
        return None
    return urllib.parse.quote(url, safe=_URL_SAFE, errors="replace")


def file_url(path: str) -> str:
    """A link to a file beside the report, whatever its name is made of."""
    return "./" + urllib.parse.quote(path, errors="replace")


def filesize(count: float) -> str:
    """Such as ``1.4 MB``, in powers of 1000."""
    power = 0
    while count >= 999.95 and power < len(_UNITS) - 1:
        count /= 1000
        power += 1
    return f"{count:.0f} bytes" if power == 0 else f"{count:.1f} {_UNITS[power]}"


def percent(part: float, whole: float) -> float:
    """0 to 100; 0 of nothing."""
    return round(100 * part / whole, 2) if whole else 0.0


def _most_first(shares: Iterable[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: (-share.count, share.name))
