"""Asking a search API, with its failures told apart for the user."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar, get_args

import msgspec
from msgspec.structs import fields

from pixcrawler.adapters.fetching.api_client import (
    NO_HEADERS,
    NO_SECRETS,
    ApiAnswer,
    ApiClient,
    ApiMalformed,
    ApiRefused,
    ApiUnreachable,
)
from pixcrawler.application.ports.source import SourceInfo
from pixcrawler.domain.crawling.errors import (
    SourceBlocked,
    SourceChangedShape,
    SourceError,
    SourceKeyRefused,
    SourceUnreachable,
)

T = TypeVar("T")
One = TypeVar("One", bound=msgspec.Struct)
Refusals = Callable[[ApiRefused], Exception | None]


async def ask(
    client: ApiClient,
    info: SourceInfo,
    answer: type[T],
    *,
    url: str,
    params: Mapping[str, str],
    headers: Mapping[str, str] = NO_HEADERS,
    secrets: Mapping[str, str] = NO_SECRETS,
    refusals: Refusals | None = None,
) -> T:
    """The answer as a Struct; numbers that come as text are taken. Raises the errors of ``Source.search``.

    ``secrets`` are parameters of the query that are keys. ``refusals`` makes an error of what means
    something special at this API, and None of the rest.
    """
    _check_sendable(info, headers)
    with _told_apart(info, refusals):
        said = await client.get_json(url, params, headers, secrets)
    try:
        return msgspec.convert(said, answer, strict=False)
    except msgspec.ValidationError as error:
        raise changed_shape(info, str(error)) from error


def each(said: Iterable[object], kind: type[One]) -> list[One | None]:
    """Results one by one, as Structs: a malformed one says nothing of the others, nor one value of it of
    its other values, which then counts as not given. None for one of which a value is malformed that the
    Struct must have, or a flag: what is marked in a way that we cannot read is not taken for unmarked.
    """
    return [_one(one, kind) for one in said]


def readable(info: SourceInfo, said: Sequence[object], kind: type[One]) -> list[One | None]:
    """As ``each``. Raises SourceChangedShape where there are results, and none of them can be read."""
    read = each(said, kind)
    if said and not any(one is not None for one in read):
        try:
            msgspec.convert(said[0], kind, strict=False)
        except msgspec.ValidationError as error:
            raise changed_shape(info, str(error)) from error
    return read


def _one(said: object, kind: type[One]) -> One | None:
    try:
        return msgspec.convert(said, kind, strict=False)
    except msgspec.ValidationError:
        return _without_odd_values(said, kind) if isinstance(said, dict) else None


def _without_odd_values(said: Mapping[str, object], kind: type[One]) -> One | None:
    kept = dict(said)
    for field in fields(kind):
        try:
            msgspec.convert(said.get(field.encode_name), field.type, strict=False)
        except msgspec.ValidationError:
            if field.required or bool in get_args(field.type):
                return None
            kept.pop(field.encode_name, None)
    return msgspec.convert(kept, kind, strict=False)


async def ask_bytes(
    client: ApiClient,
    info: SourceInfo,
    *,
    url: str,
    params: Mapping[str, str],
    headers: Mapping[str, str] = NO_HEADERS,
    refusals: Refusals | None = None,
) -> ApiAnswer:
    """As ``ask``, for what is no JSON, or not always."""
    with _told_apart(info, refusals):
        return await client.get_bytes(url, params, headers)


def _check_sendable(info: SourceInfo, headers: Mapping[str, str]) -> None:
    """A key that no header can hold would be quoted in the error about it. Raises SourceKeyRefused."""
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise key_refused(info, "it holds characters that no key has")


@contextmanager
def _told_apart(info: SourceInfo, refusals: Refusals | None) -> Iterator[None]:
    try:
        yield
    except ApiUnreachable as error:
        raise SourceUnreachable(
            info.id, f"{info.name} cannot be reached: {error}. Try again later."
        ) from error
    except ApiRefused as error:
        raise (refusals and refusals(error)) or _refusal(info, error) from error
    except ApiMalformed as error:
        raise changed_shape(info, str(error)) from error


def changed_shape(info: SourceInfo, what: str) -> SourceChangedShape:
    return SourceChangedShape(
        info.id,
        f"{info.name} answered in a form that PixCrawler does not know ({what.rstrip('.')}): "
        "check its base URL, look for a newer PixCrawler, or choose another source.",
    )


def key_refused(info: SourceInfo, why: str) -> SourceKeyRefused:
    return SourceKeyRefused(
        info.id,
        f"{info.name} refused the API key ({why.rstrip('.')}): "
        f"set SOURCE_{info.id.upper()}_API_KEY to a valid one.",
    )


def _words(body: str) -> str:
    """What an API says of its refusal, in one short line. A whole HTML page says nothing to a person."""
    said = " ".join(body.split())
    return "" if said.startswith("<") else said[:200]


def _refusal(info: SourceInfo, error: ApiRefused) -> SourceError:
    setting = f"SOURCE_{info.id.upper()}"
    said = _words(error.body_start)
    quote = f" It said: {said}" if said else ""
    if error.status == 401:
        return key_refused(info, f"401{': ' + said if said else ''}")
    if error.status == 429:
        return SourceBlocked(
            info.id,
            f"{info.name} wants fewer requests (429): wait, raise {setting}_INTERVAL or set a key.{quote}",
        )
    if error.status == 403:
        return SourceBlocked(info.id, f"{info.name} refuses this client (403): choose another source.{quote}")
    return changed_shape(info, f"status {error.status}{': ' + said if said else ''}")
