"""One text to one value."""

import re
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import msgspec

from pixcrawler.settings.setting import Setting
from pixcrawler.settings.values import Network, PrivateNetwork, Secret

_SHOWN = 40


def parse(setting: Setting, text: str) -> object:
    """The value that a text means for this setting.

    Raises:
        ValueError: a sentence that names the setting, shows what was given (unless it may hold a
            password) and says what is valid.
    """
    text = text.strip()
    try:
        if setting.schemes:
            _check_url(text, setting.schemes)
        if setting.separator is not None:
            kind = get_args(setting.kind)[0]
            parts = (part.strip() for part in text.split(setting.separator))
            return tuple(_decode(kind, part) for part in parts if part)
        return msgspec.convert(text, setting.annotation, strict=False, dec_hook=_decode)
    except ValueError as error:
        shown = "" if setting.secret or setting.schemes else f" is {_shortened(text)!r}, but"
        raise ValueError(f"{setting.name}{shown} must be {setting.valid_values}.") from error


def as_path(text: str) -> Path:
    """Absolute, ``~`` resolved. Raise ValueError when ``~name`` is nobody here."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(text) from error


def _decode(kind: type, text: str) -> object:
    if kind is str:
        return text
    if kind is Secret:
        return Secret(text)
    if issubclass(kind, Path):
        return as_path(text)
    if kind is PrivateNetwork:
        return PrivateNetwork.parse(text)
    if kind is Network:
        return Network.parse(text)
    raise TypeError(f"no setting is read as a {kind}")


def _check_url(text: str, schemes: tuple[str, ...]) -> None:
    parts = urlsplit(text)
    has_place = parts.path if parts.scheme == "unix" else parts.hostname
    if parts.scheme not in schemes or not has_place or re.search(r"\s", text):
        raise ValueError(text)
    _ = parts.port  # raises when it is no number


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
