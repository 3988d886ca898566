"""`pixcrawler openapi`: ``python -m pixcrawler.entrypoints.http openapi``, with the same options."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.http.app import create_app
from pixcrawler.entrypoints.http.document import document
from pixcrawler.entrypoints.http.postman import collection
from pixcrawler.settings import load_settings

FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "openapi": lambda drawn: drawn,
    "postman": collection,
}


def pretty(content: dict[str, Any]) -> bytes:
    """Two blanks for each level, and a line break at the end."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def main() -> int:
    """1 when the file cannot be written, 2 for wrong settings. Nothing is started or connected to."""
    parser = argparse.ArgumentParser(prog="pixcrawler openapi", description="Print the OpenAPI document.")
    parser.add_argument("--output", type=Path, help="the file to write, instead of stdout")
    parser.add_argument("--format", choices=FORMS, default="openapi", help="what for; openapi if not given")
    given = parser.parse_args()
    output: Path | None = given.output
    try:
        drawn = document(create_app(load_settings(os.environ, Path(".env"))))
        text = pretty(FORMS[given.format](drawn))
        if output is None:
            sys.stdout.buffer.write(text)
        else:
            output.write_bytes(text)
    except DomainError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{output or 'stdout'} cannot be written: {error.strerror}.\n")
        return 1
    return 0
