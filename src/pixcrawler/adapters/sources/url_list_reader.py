"""From a user's file to the normal form of a URL list."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from pixcrawler.adapters.sources.url_list_formats import FORMATS, BadFileError, Row, opened
from pixcrawler.adapters.sources.url_row import UrlRow
from pixcrawler.application.ports.url_list import UrlText
from pixcrawler.domain.crawling.errors import InvalidUrlList

NAMED_LINES = 10
LONGEST_URL = 8_192
LONGEST_TEXT = 2_000
WRITE_SIZE = 64 * 1024
_HEX = frozenset("0123456789abcdef")


def read_url_list(given: Path | UrlText, write: Callable[[bytes], object]) -> int:
    """A UrlListReader (see the port); the end of a file's name tells its format."""
    rows = 0
    waiting = bytearray()
    name, field = (given.name, "input") if isinstance(given, Path) else ("the list", "url_list.content")
    complaints = _Complaints(name, field)
    encoder = msgspec.json.Encoder()
    with _readable(name, field):
        for row in _rows(given) if isinstance(given, Path) else _rows_of_text(given):
            try:
                checked = _checked(row)
            except BadLineError as bad:
                complaints.add(bad)
                continue
            rows += 1
            waiting += encoder.encode(checked) + b"\n"
            if len(waiting) >= WRITE_SIZE:
                write(bytes(waiting))
                waiting.clear()
    complaints.raise_if_any()
    if not rows:
        raise InvalidUrlList(f"{name} holds no URL: put one on each line", field=field)
    write(bytes(waiting))
    return rows


class BadLineError(Exception):
    """One line is no use; the message continues a sentence that starts with its place."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(problem)
        self.place = place


class _Complaints:
    """Keeps the first few and counts the rest, so that a wrong file of a million lines costs no memory."""

    def __init__(self, file_name: str, field: str) -> None:
        self.file_name = file_name
        self.field = field
        self.named: list[str] = []
        self.more = 0

    def add(self, bad: BadLineError) -> None:
        if len(self.named) < NAMED_LINES:
            self.named.append(f"{bad.place} of {self.file_name} {bad}")
        else:
            self.more += 1

    def raise_if_any(self) -> None:
        if not self.named:
            return
        rest = f"; and {self.more} more" if self.more else ""
        them = "it" if len(self.named) == 1 else "them"
        raise InvalidUrlList(f"{'; '.join(self.named)}{rest} (fix or remove {them})", field=self.field)


def _rows(path: Path) -> Iterator[Row]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
    rows = FORMATS.get(kind)
    if rows is None:
        known = ", ".join(FORMATS)
        raise InvalidUrlList(
            f"{path.name} is no URL list that can be read: its name must end in {known}, each also with .gz",
            field="input",
        )
    with opened(path, packed=packed) as stream:
        yield from rows(stream)


def _rows_of_text(given: UrlText) -> Iterator[Row]:
    content = given.content.encode("utf-8", "surrogatepass")
    return FORMATS[f".{given.format}"](io.BufferedReader(io.BytesIO(content)))


@contextmanager
def _readable(name: str, field: str) -> Iterator[None]:
    try:
        yield
    except BadFileError as error:
        raise InvalidUrlList(f"{name} {error}", field=field) from error


def _checked(row: Row) -> UrlRow:
    if row.problem is not None:
        raise BadLineError(row.place, row.problem)
    url = row.values.get("url")
    if url is None:
        raise BadLineError(row.place, "has no URL")
    if not _is_web_url(url):
        raise BadLineError(row.place, f"is no URL: {_short(url)}")
    digest = row.values.get("sha256")
    if digest is not None:
        digest = digest.lower()
        if len(digest) != 64 or not _HEX.issuperset(digest):
            raise BadLineError(
                row.place, f"has a wrong sha256 (64 hexadecimal digits are needed): {_short(digest)}"
            )
    others = {
        name: text[:LONGEST_TEXT]
        for name, text in row.values.items()
        if text and name not in {"url", "sha256"}
    }
    return UrlRow(url=url, sha256=digest, **others)


def _is_web_url(text: str) -> bool:
    if len(text) > LONGEST_URL or any(
        character.isspace() or not character.isprintable() for character in text
    ):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
