"""How the dataset of a crawl is written: the options about it, checked before anything starts."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import msgspec

from pixcrawler.application.datasets.request_export import check_export
from pixcrawler.bootstrap.app import App
from pixcrawler.bootstrap.formats import EXPORT_FORMATS
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.export_name import export_name
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, Export, ExportPlan
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import DatasetVersionId, ExportId
from pixcrawler.entrypoints.cli.out_folder import Note
from pixcrawler.entrypoints.cli.request import CrawlRequest

_CONVERSION = frozenset({"convert", "quality", "max_side", "strip_metadata"})
_NAMES = _CONVERSION | {"format", "archive", "split", "seed", "shard_size"}
_OF_ANY_RUN = frozenset({"out", "concurrency", "resume", "as_json"})
_NONE = "none"
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}


class Bytes(click.ParamType[int]):
    """A number of bytes, with or without a unit."""

    name = "bytes"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d{1,15})\s*([kmg]i?)?b?", str(value).strip().lower(), re.ASCII)
        if match is None:
            self.fail(f"“{value}” is no number of bytes; write it as 500MB, 1GiB or 250000000.", param, ctx)
        return int(match[1]) * _UNITS[match[2] or ""]


def _unless_none(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    return None if value == _NONE else value


def packaging_options(command: click.decorators.FC) -> click.decorators.FC:
    """Adds the options to the command, in this order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--format",
        default="imagefolder",
        show_default=True,
        metavar="ID",
        help="The dataset's format: " + " ".join(EXPORT_FORMATS) + ".",
    ),
    click.option(
        "--archive",
        type=click.Choice([*(archive.value for archive in Archive), _NONE]),
        callback=_unless_none,
        help="Pack it into one file in --out instead of a folder.",
    ),
    click.option("--split", default="80/10/10", show_default=True, help="Train, validation and test shares."),
    click.option(
        "--convert",
        type=click.Choice([*(one.value for one in PictureFormat), _NONE]),
        callback=_unless_none,
        help="Write every picture in this format. [as it was found]",
    ),
    click.option("--quality", type=int, metavar="1-100", help="Of converted pictures."),
    click.option(
        "--max-side", type=int, metavar="PIXELS", help="Make larger pictures smaller, to this longer side."
    ),
    click.option("--strip-metadata", is_flag=True, help="Drop EXIF, XMP, IPTC and comments."),
    click.option(
        "--shard-size",
        type=Bytes(),
        metavar="BYTES",
        help="About how large shards are, in formats that have some. [512MiB]",
    ),
)


def check_packaging(request: CrawlRequest) -> None:
    """Raises Invalid for what cannot be done, with the option as its field."""
    parse_split(request.split, seed=request.seed)
    check_export(request.format, request.shard_size, EXPORT_FORMATS)
    conversion_of(request)


def conversion_of(request: CrawlRequest) -> Conversion | None:
    """Raises InvalidConversion."""
    if not (request.convert or request.strip_metadata) and request.quality is request.max_side is None:
        return None
    return Conversion(
        format=PictureFormat(request.convert) if request.convert else None,
        quality=request.quality,
        max_side=request.max_side,
        strip_metadata=request.strip_metadata,
    )


def named_options() -> frozenset[str]:
    """What this command line names and a crawl that was begun has of its own."""
    context = click.get_current_context()
    named = click.core.ParameterSource.COMMANDLINE
    return (
        frozenset(name for name in context.params if context.get_parameter_source(name) is named)
        - _OF_ANY_RUN
    )


def cannot_change(named: frozenset[str]) -> bool:
    """Whether anything is named that is not about packaging."""
    return bool(named - _NAMES)


def repacked(note: Note, request: CrawlRequest, named: frozenset[str]) -> Note:
    """What a resumed crawl is packed as: what it names now, and for the rest what was asked for last.

    Raises Invalid for what cannot be done.
    """
    changes: dict[str, Any] = {name: getattr(request, name) for name in named & {"format", "split", "seed"}}
    if "archive" in named:
        changes["archive"] = Archive(request.archive) if request.archive else None
    if named & _CONVERSION:
        changes["conversion"] = conversion_of(request)
    sharded = request.format in EXPORT_FORMATS and EXPORT_FORMATS[request.format].sharded
    if "shard_size" in named or ("format" in named and not sharded):
        changes["shard_size"] = request.shard_size
    found = msgspec.structs.replace(note, **changes)
    check_export(found.format, found.shard_size, EXPORT_FORMATS)
    parse_split(found.split, seed=found.seed)
    return found


def plan_of(note: Note, folder: Path) -> ExportPlan:
    return ExportPlan(
        splits=parse_split(note.split, seed=note.seed),
        folder=str(folder.resolve()),
        archive=note.archive,
        conversion=note.conversion,
        shard_size=note.shard_size,
    )


async def name_of(version: DatasetVersion, app: App, by: Actor) -> str:
    """The name of the version's dataset, which people may change."""
    return (await app.dataset_reads.dataset(version.dataset_id, visible_to=by)).name


async def unfinished(app: App, note: Note, out: Path, by: Actor) -> Note:
    """Names the version and the export that an interrupted command had begun, so that nothing is made twice;
    neither where that command came to its end, or its version cannot be gone on with. An export that is not
    wanted any more is deleted: else it would be written first."""
    afresh = msgspec.structs.replace(note, version_id="", export_id="")
    try:
        version = await app.reads.version(DatasetVersionId(UUID(note.version_id)), visible_to=by)
        if version.status is BuildStatus.FAILED:
            return afresh
        if not note.export_id:
            return note
        export = await app.reads.export(ExportId(UUID(note.export_id)), visible_to=by)
    except (ValueError, NotFound):
        return afresh
    same = (export.format, export.plan) == (note.format, plan_of(note, out))
    if export.status is BuildStatus.READY:
        name = await name_of(version, app, by)
        return note if same and place_of(export, version, name, out).exists() else afresh
    if same and export.status is not BuildStatus.FAILED:
        return note
    await app.datasets.delete_export(export.id, by=by)
    return msgspec.structs.replace(note, export_id="")


def place_of(export: Export, version: DatasetVersion, name: str, out: Path) -> Path:
    """Where the dataset of this name is now: ``out``, or its archive in there."""
    if export.plan.archive is None:
        return out
    return out / f"{export_name(name, version.number)}.{export.plan.archive}"


def remove_older(version: DatasetVersion, name: str, out: Path) -> None:
    """The archives of the versions before: ``out`` holds one dataset, as it does without archives."""
    for number in range(1, version.number):
        for archive in Archive:
            (out / f"{export_name(name, number)}.{archive}").unlink(missing_ok=True)
