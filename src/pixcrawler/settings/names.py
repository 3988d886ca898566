"""Variables that look like ours and are not: names of the first design, and slips of the pen.

What stands in ``.env`` was written for us. The environment belongs to others too: there a name with a
prefix that other programs may use is a slip only when it is nearly one of ours, and a word as general
as PORT is not ours at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from ipaddress import ip_address

from pixcrawler.settings.setting import Setting

_RENAMED = {
    "ALLOWED_ORIGINS": "API_ALLOWED_ORIGINS",
    "CELERY_BROKER_URL": "REDIS_URL",
    "CELERY_RESULT_BACKEND": "REDIS_URL",
    "DEBUG": "PIXCRAWLER_LOG_LEVEL=debug",
    "ENVIRONMENT": "PIXCRAWLER_ENVIRONMENT",
    "HOST": "API_HOST",
    "LOG_LEVEL": "PIXCRAWLER_LOG_LEVEL",
    "PIXCRAWLER_DEVELOPMENT_MODE": "PIXCRAWLER_ENVIRONMENT",
    "PORT": "API_PORT",
    "STORAGE_LOCAL_PATH": "STORAGE_LOCAL_ROOT",
    "UPLOAD_MAX_SIZE": "API_MAX_BODY",
}
_CELERY = re.compile(r"(PIXCRAWLER_)?CELERY_\w+")
_GENERAL_WORDS = {"DEBUG", "ENVIRONMENT", "HOST", "LOG_LEVEL", "PORT"}
_OURS_ALONE = ("PIXCRAWLER_", "FETCH_", "INSPECT_")
# Kubernetes describes a service called "pixcrawler" to every pod in variables such as these.
_SERVICE_LINK = re.compile(r"[A-Z0-9_]+_(SERVICE_HOST|SERVICE_PORT\w*|PORT|PORT_\d+_\w+)")
# Read by the client library, not here.
_CLIENT = {"PIXCRAWLER_TOKEN", "PIXCRAWLER_API_URL", "PIXCRAWLER_MAX_MEMORY"}


def misnamed(
    known: Sequence[Setting], environ: Mapping[str, str], from_file: Mapping[str, str]
) -> Iterator[str]:
    """One sentence for each variable that would be ignored although somebody meant it for us."""
    names = {setting.name for setting in known}
    names |= {f"{setting.name}_FILE" for setting in known if setting.secret}
    prefixes = tuple({f"{name.split('_')[0]}_" for name in names})
    for name in sorted({*environ, *from_file} - names - _CLIENT):
        in_file = name in from_file
        if (new := _new_name(name)) is not None:
            if in_file or name not in _GENERAL_WORDS or _is_address(name, environ[name]):
                yield f"{name} is a name of the first design; it is now {new}."
        elif name.startswith(prefixes) and (in_file or _is_slip(name, names)):
            close = get_close_matches(name, sorted(names), n=1)
            hint = f"did you mean {close[0]}?" if close else "remove it."
            yield f"{name} is no setting; {hint}"


def _new_name(name: str) -> str | None:
    if name in _RENAMED:
        return _RENAMED[name]
    return "one of QUEUE_… and WORKER_…" if _CELERY.fullmatch(name) else None


def _is_address(name: str, text: str) -> bool:
    """HOST in the environment is ours when an address stands in it; other programs put names there."""
    if name != "HOST":
        return False
    try:
        return text == "localhost" or bool(ip_address(text))
    except ValueError:
        return False


def _is_slip(name: str, names: set[str]) -> bool:
    if name.startswith(_OURS_ALONE):
        return not _SERVICE_LINK.fullmatch(name)
    return any(_letters_apart(name, ours) <= 2 for ours in names)


def _letters_apart(one: str, other: str) -> int:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return len(one) + len(other) - 2 * sum(block.size for block in blocks)
