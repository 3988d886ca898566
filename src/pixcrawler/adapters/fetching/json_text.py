"""JSON as servers send it, whose titles may end in half an emoji."""

import re

import msgspec

_BOM = b"\xef\xbb\xbf"
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def read_json(body: bytes) -> object:
    """What it means; bytes that are no UTF-8 and lone surrogates become U+FFFD. Raises ValueError."""
    plain = body.removeprefix(_BOM)
    try:
        try:
            return msgspec.json.decode(plain)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.json.decode(_mended(plain))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("The answer is not JSON.") from error


def _mended(body: bytes) -> bytes:
    sound = body.decode("utf-8", "replace").encode()
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], sound)
