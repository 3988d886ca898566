#!/usr/bin/env python
"""Writes the parts of docs/reference that the code knows best: commands, settings, reasons,
sources and licences; and the Postman collection.

Run it after a change of any of these: ``.venv/bin/python scripts/reference.py``. A test compares.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import click

from pixcrawler.application.ports.source import SourceKey, SourceStatus
from pixcrawler.bootstrap.sources_alone import open_sources
from pixcrawler.domain.crawling.filters import ImageType
from pixcrawler.domain.shared.license_table import FIXED, License
from pixcrawler.domain.shared.licenses import license_of
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.entrypoints.cli.main import main as program
from pixcrawler.entrypoints.http.app import create_app
from pixcrawler.entrypoints.http.document import document
from pixcrawler.entrypoints.http.postman import collection
from pixcrawler.entrypoints.http.print_document import pretty
from pixcrawler.settings import Settings, load_settings
from pixcrawler.settings.setting import Setting, sections_of, settings_of

REFERENCE = Path(__file__).parents[1] / "docs/reference"
OURS = "pixcrawler"
BEGIN = "<!-- Made by scripts/reference.py from here on; do not edit. -->\n"


def pages() -> dict[Path, str]:
    """Each page as it should be: what people wrote, then what the code says."""
    made = {
        "cli.md": commands(),
        "settings.md": settings(),
        "reasons.md": reasons(),
        "sources.md": asyncio.run(sources()) + licences(),
    }
    written = {REFERENCE / name: _head(REFERENCE / name) + BEGIN + text for name, text in made.items()}
    drawn = document(create_app(load_settings({})))
    return written | {REFERENCE / "pixcrawler.postman_collection.json": pretty(collection(drawn)).decode()}


def commands() -> str:
    return "".join(_command(name, command) for name, command in _commands("pixcrawler", program))


def settings() -> str:
    return "".join(
        f"\n## {_one_line(section.__doc__)}\n\n| setting | purpose | valid values | default |\n"
        f"|---|---|---|---|\n" + "".join(_setting(setting) for setting in settings_of(section))
        for section in sections_of(Settings)
    )


def reasons() -> str:
    rows = (f"| `{one}` | {one.sentence} | {'yes' if one.retryable else ''} |\n" for one in Reason)
    return "\n| reason | meaning | tried again |\n|---|---|---|\n" + "".join(rows)


async def sources() -> str:
    """As they stand without any settings."""
    async with open_sources(load_settings({})) as found:
        rows = "".join(_source(found.status(one)) for one in found.ids() if found.status(one).origin == OURS)
    titles = ("id", "name", "on", "key", "licences", "at most, per search", "filters it applies itself")
    return f"\n## What each source says of itself\n\n{_titles(titles)}{rows}"


def _titles(titles: tuple[str, ...]) -> str:
    return "".join(f"| {title} " for title in titles) + "|\n" + "|---" * len(titles) + "|\n"


def _source(one: SourceStatus) -> str:
    assert one.info is not None
    info = one.info
    every = info.image_types >= set(ImageType)
    kinds = "" if every else f" ({', '.join(sorted(info.image_types))})"
    filters = [name + (kinds if name == "image_type" else "") for name in sorted(info.filters)]
    cells = (
        f"`{one.id}`",
        info.name,
        "yes" if one.enabled else f"`{one.switch}`",
        "needed" if one.key is SourceKey.MISSING else one.key,
        info.licenses,
        "no limit" if info.max_results is None else f"{info.max_results:,}",
        ", ".join(filters),
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def licences() -> str:
    """Those with an id of their own; Creative Commons' numbered ones by one example each."""
    numbered = [
        f"CC-{elements}-4.0" for elements in ("BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND")
    ]
    rows = "".join(_licence(license_of(one)) for one in [*numbered, *FIXED])
    titles = ("id", "name", "commercial use", "changes", "share alike", "name the author")
    return f"\n## Licence ids\n\n{_titles(titles)}{rows}"


def _licence(one: License) -> str:
    told = {True: "yes", False: "no", None: "not known"}
    name = f"[{one.name}]({one.url})" if one.url else one.name
    answers = (one.commercial, one.derivatives, one.share_alike, one.attribution)
    return f"| `{one.id}` | {_cell(name)} | " + " | ".join(told[answer] for answer in answers) + " |\n"


def _head(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition(BEGIN)[0]


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command, info_name=name)
    for part in command.list_commands(context):
        found = command.get_command(context, part)
        assert found is not None, part
        yield from _commands(f"{name} {part}", found)


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    options = [param for param in command.params if isinstance(param, click.Option)]
    records = [option.get_help_record(context) for option in options]
    rows = "".join(f"| `{_cell(option)}` | {_cell(text)} |\n" for option, text in filter(None, records))
    table = f"\n| option | meaning |\n|---|---|\n{rows}" if rows else ""
    paragraphs = "\n\n".join(_one_line(part) for part in (command.help or "").split("\n\n"))
    example = re.sub(r"^Example:\s+", "", command.epilog or "")
    return f"\n## `{name}`\n\n```text\n{usage}\n```\n\n{paragraphs}\n{table}\n```sh\n{example}\n```\n"


def _setting(setting: Setting) -> str:
    default = setting.default_text
    need = "; required in staging and production" if setting.needed_in_production else ""
    secret = " A secret." if setting.secret else ""
    cells = (f"`{setting.name}`", setting.purpose + secret, setting.valid_values, default + need)
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
