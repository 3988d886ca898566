"""`pixcrawler sources`."""

import asyncio
import sys
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from pixcrawler.application.ports.source import SourceKey, Sources, SourceStatus
from pixcrawler.bootstrap.sources_alone import open_sources
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.cli.exits import Exit, exit_code
from pixcrawler.entrypoints.cli.running import print_json, run, settings_with

KEYS = {
    SourceKey.NONE: "takes none",
    SourceKey.OPTIONAL: "none; works without",
    SourceKey.SET: "set",
    SourceKey.MISSING: "missing",
}


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """How one probe went; ``error_code`` is None when it went well."""

    id: str
    ok: bool
    message: str
    error_code: str | None = None


@click.group(epilog="Example:  pixcrawler sources list")
def command() -> None:
    """Show what can be crawled, and probe it."""


@command.command("list", epilog="Example:  pixcrawler sources list --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def list_(*, as_json: bool) -> None:
    """Every source: whether it is switched on, its licences, whether it has its key.

    Nothing is asked of anybody. Plug-ins that cannot be used are named on stderr.
    """
    every, troubles = run(_statuses(), as_json=as_json)
    for trouble in troubles:
        click.echo(trouble, err=True)
    if as_json:
        print_json({"sources": [_row(one) for one in every], "troubles": troubles})
    else:
        _print(every)


@command.command(epilog="Example:  pixcrawler sources check openverse")
@click.argument("source_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def check(*, source_id: str | None, as_json: bool) -> None:
    """Ask a source, or all that are switched on, one small question, and say how it went.

    Exit codes: 0 all is well, 2 there is no such source or it is switched off, 5 a source is away, refuses
    us, or answers what PixCrawler does not know.
    """
    checked, worst = run(_check(source_id, as_json=as_json), as_json=as_json)
    if as_json:
        print_json({"sources": checked})
    sys.exit(worst)


async def _statuses() -> tuple[list[SourceStatus], tuple[str, ...]]:
    async with open_sources(settings_with()) as sources:
        return [sources.status(one) for one in sources.ids()], sources.troubles()


async def _check(source_id: str | None, *, as_json: bool) -> tuple[list[Checked], Exit]:
    async with open_sources(settings_with()) as sources:
        for trouble in sources.troubles():
            click.echo(trouble, err=True)
        ids = [source_id] if source_id else [one for one in sources.ids() if sources.status(one).enabled]
        if source_id:
            sources.get(source_id)
        probes = [asyncio.ensure_future(_probe(sources, one)) for one in ids]
        checked, worst = [], Exit.OK
        for probe in probes:
            told, code = await probe
            if not as_json:
                click.echo(f"{told.id}: {told.message}")
            checked.append(told)
            worst = max(worst, code)
        return checked, worst


async def _probe(sources: Sources, source_id: str) -> tuple[Checked, Exit]:
    try:
        message = await sources.get(source_id).check()
    except DomainError as error:
        return Checked(id=source_id, ok=False, message=str(error), error_code=error.code), exit_code(error)
    except Exception as error:  # noqa: BLE001 -- a plug-in may fail in any way; the others are still asked
        told = f"Its probe failed: {error!r}"[:500]
        return Checked(id=source_id, ok=False, message=told, error_code="INTERNAL"), Exit.UNAVAILABLE
    return Checked(id=source_id, ok=True, message=message), Exit.OK


def _row(one: SourceStatus) -> dict[str, Any]:
    info = {} if one.info is None else msgspec.to_builtins(one.info, order="sorted")
    info.pop("id", None)
    if "image_type" not in info.get("filters", ()):
        info["image_types"] = []
    head = {"id": one.id, "enabled": one.enabled, "key": one.key, "switch": one.switch, "origin": one.origin}
    return {**head, **info}


def _print(every: list[SourceStatus]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("id", "on", "key", "at most", "licences"):
        table.add_column(title, overflow="fold")
    for one in every:
        licences = "" if one.info is None else one.info.licenses
        table.add_row(one.id, "yes" if one.enabled else "no", KEYS[one.key], _deepest(one), licences)
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)
    for one in every:
        if not one.enabled:
            console.print(f"{one.id} is off: set {one.switch}", markup=False)


def _deepest(one: SourceStatus) -> str:
    if one.info is None:
        return ""
    return "no limit" if one.info.max_results is None else f"{one.info.max_results:,}"
