"""From environment variables and ``.env`` to settings, all mistakes told at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from pixcrawler.settings.cache import CacheSettings
from pixcrawler.settings.crawling import FetchSettings, InspectSettings
from pixcrawler.settings.dotenv import read_dotenv
from pixcrawler.settings.limits import LimiterSettings
from pixcrawler.settings.looking import ValidationSettings
from pixcrawler.settings.mistakes import SettingsError
from pixcrawler.settings.names import misnamed
from pixcrawler.settings.parse import as_path, parse
from pixcrawler.settings.platform import (
    ApiSettings,
    DatabaseSettings,
    PixcrawlerSettings,
    QueueSettings,
    RedisSettings,
    WorkerSettings,
)
from pixcrawler.settings.setting import Setting, groups_of, sections_of, settings_of
from pixcrawler.settings.sources import PlugInSettings, SourcesSettings, at_odds, plug_in_sections
from pixcrawler.settings.storage import StorageSettings, WarmStorageSettings
from pixcrawler.settings.storage import at_odds as stores_at_odds
from pixcrawler.settings.supabase import SupabaseSettings
from pixcrawler.settings.supabase import at_odds as supabase_at_odds
from pixcrawler.settings.words import ExpansionSettings, LabelSettings

G = TypeVar("G", bound=Struct)


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that can be set, one section per adapter."""

    pixcrawler: PixcrawlerSettings
    api: ApiSettings
    database: DatabaseSettings
    redis: RedisSettings
    limiter: LimiterSettings
    cache: CacheSettings
    queue: QueueSettings
    worker: WorkerSettings
    storage: StorageSettings
    warm: WarmStorageSettings
    supabase: SupabaseSettings
    fetch: FetchSettings
    inspect: InspectSettings
    validation: ValidationSettings
    sources: SourcesSettings
    expansion: ExpansionSettings
    label: LabelSettings


def load_settings(environ: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Settings from ``environ``, and where it is silent from the file, which need not exist.

    A variable set to nothing counts as not set.

    Raises:
        SettingsError: something is wrong; all of it is named.
    """
    mistakes: list[str] = []
    from_file, unreadable = read_dotenv(dotenv)
    mistakes += unreadable
    plug_ins = plug_in_sections({**from_file, **environ})
    sections = [*sections_of(Settings), *plug_ins.values()]
    known = [setting for section in sections for setting in settings_of(section)]
    mistakes += misnamed(known, environ, from_file)
    given = {name: text for name, text in {**from_file, **environ}.items() if text.strip()}
    values = _values(known, given, mistakes)
    _fill_folders(values, given)
    if values.get("PIXCRAWLER_ENVIRONMENT") in ("staging", "production"):
        mistakes += _missing(known, given, str(values["PIXCRAWLER_ENVIRONMENT"]))
    mistakes += [*_at_odds(values), *at_odds(given, values), *stores_at_odds(given, values)]
    mistakes += supabase_at_odds(given, values)
    if mistakes:
        raise SettingsError(mistakes)
    return _with_plug_ins(_build(Settings, values), plug_ins, values)


def _values(known: list[Setting], given: dict[str, str], mistakes: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for setting in known:
        try:
            text = _text(setting, given)
            if text is not None:
                values[setting.name] = parse(setting, text)
        except ValueError as mistake:
            mistakes.append(str(mistake))
    return values


def _text(setting: Setting, given: dict[str, str]) -> str | None:
    """What was given for a setting; a secret may stand in a file that ``<NAME>_FILE`` names."""
    by_file = f"{setting.name}_FILE"
    text = given.get(setting.name)
    if not setting.secret or by_file not in given:
        return text
    if text is not None:
        raise ValueError(f"{setting.name} and {by_file} are both set: remove one of them.")
    try:
        return as_path(given[by_file]).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ValueError(f"{by_file} names {given[by_file]}, which cannot be read: {why}.") from error


def _fill_folders(values: dict[str, Any], given: dict[str, str]) -> None:
    if "PIXCRAWLER_HOME" not in values:
        user = Path(given["HOME"]) if "HOME" in given else Path.home()
        data = Path(given.get("XDG_DATA_HOME", ""))
        base = data if data.is_absolute() else user / ".local/share"
        values["PIXCRAWLER_HOME"] = base / "pixcrawler"
    folders = {
        "STORAGE_LOCAL_ROOT": "objects",
        "STORAGE_WARM_LOCAL_ROOT": "warm",
        "STORAGE_SPOOL_ROOT": "spool",
    }
    for name, folder in folders.items():
        values.setdefault(name, values["PIXCRAWLER_HOME"] / folder)


def _missing(known: list[Setting], given: dict[str, str], environment: str) -> list[str]:
    return [
        f"{setting.name} is not set, and {environment} needs it: {setting.valid_values}, "
        f"such as {setting.example}."
        for setting in known
        if setting.needed_in_production and not {setting.name, f"{setting.name}_FILE"} & given.keys()
    ]


def _at_odds(values: dict[str, Any]) -> list[str]:
    shortest, longest = (
        values.get(name, getattr(FetchSettings(), field))
        for name, field in (("FETCH_RETRY_MIN", "retry_min"), ("FETCH_RETRY_MAX", "retry_max"))
    )
    mistakes = []
    if shortest > longest:
        mistakes.append(
            f"FETCH_RETRY_MIN ({shortest:g}) must not be greater than FETCH_RETRY_MAX ({longest:g})."
        )
    if values.get("DATABASE_POOLER") and not values.get("DATABASE_DIRECT_URL"):
        mistakes.append(
            "DATABASE_POOLER needs DATABASE_DIRECT_URL: the same database past the pooler, for migrations "
            "and to hear of new tasks."
        )
    return mistakes


def _build(group: type[G], values: dict[str, Any]) -> G:
    parts: dict[str, Any] = {}
    for field, kind in groups_of(group):
        if hasattr(kind, "env_prefix"):
            parts[field] = _filled(kind, values)
        else:
            parts[field] = _build(kind, values)
    return group(**parts)


def _filled(section: type[G], values: dict[str, Any]) -> G:
    return section(**{s.field: values[s.name] for s in settings_of(section) if s.name in values})


def _with_plug_ins(
    settings: Settings, sections: dict[str, type[PlugInSettings]], values: dict[str, Any]
) -> Settings:
    if not sections:
        return settings
    plug_ins = {id_: _filled(section, values) for id_, section in sections.items()}
    return replace(settings, sources=replace(settings.sources, plug_ins=plug_ins))
