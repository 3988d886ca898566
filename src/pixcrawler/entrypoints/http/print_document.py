"""`pixcrawler openapi`: ``python -m pixcrawler.entrypoints.http.print_document [--output FILE]``."""

import argparse
import os
import sys
from pathlib import Path

import msgspec

from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.http.app import create_app
from pixcrawler.entrypoints.http.document import document
from pixcrawler.settings import load_settings


def main() -> int:
    """1 when the file cannot be written, 2 for wrong settings. Nothing is started or connected to."""
    parser = argparse.ArgumentParser(prog="pixcrawler openapi", description="Print the OpenAPI document.")
    parser.add_argument("--output", type=Path, help="the file to write, instead of stdout")
    output: Path | None = parser.parse_args().output
    try:
        drawn = document(create_app(load_settings(os.environ, Path(".env"))))
        text = msgspec.json.format(msgspec.json.encode(drawn), indent=2) + b"\n"
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


if __name__ == "__main__":
    sys.exit(main())
