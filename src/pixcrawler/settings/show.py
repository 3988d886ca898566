"""Settings for people: what there is, and what holds now."""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from pixcrawler.settings.load import Settings
from pixcrawler.settings.setting import Setting, sections_of, settings_of

Shown: TypeAlias = str | int | float | bool | list[str] | None

_HEAD = """\
# Every setting of PixCrawler, made from the code by `pixcrawler config example`.
# Copy this file to .env and take the # off the lines that you change; each shows an example value.
# Environment variables win over .env. Each secret can also stand in a file: NAME_FILE=/path/to/it.
"""


def render_example() -> str:
    """The text of ``.env.example``: purpose, valid values, default, need and example of each setting."""
    parts = [_HEAD]
    for section in sections_of(Settings):
        parts.append(f"\n# ==== {' '.join((section.__doc__ or '').split())}\n")
        parts.extend(_entry(setting) for setting in settings_of(section))
    return "".join(parts)


def _entry(setting: Setting) -> str:
    need = "required in staging and production" if setting.needed_in_production else "optional"
    by_file = f" Secret; also {setting.name}_FILE." if setting.secret else ""
    return (
        f"\n# {setting.purpose}\n"
        f"# Valid: {setting.valid_values}. Default: {setting.default_text}. {need.capitalize()}.{by_file}\n"
        f"#{setting.name}={setting.example}\n"
    )


def describe(settings: Settings) -> dict[str, Shown]:
    """The value of every setting by its variable's name; a secret that is set is ``***``.

    A plug-in's are among them as soon as one of them is set.
    """
    return {
        setting.name: _plain(getattr(section, setting.field))
        for section in _sections(settings)
        for setting in settings_of(type(section))
    }


def _plain(value: object) -> Shown:
    match value:
        case None | bool() | int() | float():
            return value
        case tuple():
            return [str(part) for part in value]
        case _:
            return str(value)


def _sections(group: Struct) -> Iterator[Struct]:
    for field in group.__struct_fields__:
        part = getattr(group, field)
        if isinstance(part, dict):
            yield from part.values()
        elif hasattr(part, "env_prefix"):
            yield part
        else:
            yield from _sections(part)
