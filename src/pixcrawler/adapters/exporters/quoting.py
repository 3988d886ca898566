"""Text from the web, made harmless for the files that it is written into."""

import json
import re
import urllib.parse

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$])")
# What a spreadsheet takes for the start of a formula, full-width forms included (OWASP, CSV injection).
_FORMULA = frozenset(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
    "\N{FULLWIDTH COMMERCIAL AT}"
)
_URL_SAFE = "%:/?#[]@!$&'*+,;=~-._"


def one_line(text: str) -> str:
    """Runs of blanks, line breaks and characters that cannot be seen become one space each."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split()) if text else text


def in_markdown(text: str) -> str:
    """Text that Markdown shows as it is, also in a table."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def in_yaml(text: str) -> str:
    """A double-quoted YAML scalar."""
    return json.dumps(one_line(text), ensure_ascii=False)


def in_yaml_as_it_is(text: str) -> str:
    """A double-quoted YAML scalar that is exactly this text, also where nobody can see it."""
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable():
        return quoted
    return "".join(char if char.isprintable() else _in_ascii(char) for char in quoted)


def _in_ascii(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def in_json(text: str) -> str:
    """A JSON string that is one line for every reader, and holds nothing that cannot be seen."""
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable():
        return quoted
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in quoted)


def in_cell(text: str) -> str:
    """A CSV cell that no spreadsheet runs: a leading apostrophe marks it as text."""
    line = one_line(text)
    return f"'{line}" if line[:1] in _FORMULA else line


def markdown_link(text: str, url: str | None) -> str:
    """A link where the address is one of the web, else the text alone."""
    if not url or not url.lower().startswith(("http://", "https://")):
        return in_markdown(text)
    return f"[{in_markdown(text)}](<{urllib.parse.quote(one_line(url), safe=_URL_SAFE)}>)"
