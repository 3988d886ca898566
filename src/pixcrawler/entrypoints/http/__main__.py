"""``python -m pixcrawler.entrypoints.http``, with the options of ``serve``: the API. With ``openapi``
first, and the options of ``print_document``: its document.

Thin, so that a Ctrl-C right after the start is told like any other: exit code 130, no traceback.
"""

import sys


def main() -> int:
    try:
        from pixcrawler.bootstrap.interrupts import as_usual, end_at_once

        end_at_once()
        if sys.argv[1:2] == ["openapi"]:
            del sys.argv[1]
            from pixcrawler.entrypoints.http.print_document import main as program
        else:
            from pixcrawler.entrypoints.http.serve import main as program
        as_usual()
        try:
            return program()
        finally:
            end_at_once()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
