"""``python -m pixcrawler.entrypoints.worker``, with the options of ``program``. Thin, so that a Ctrl-C right
after the start is told like any other: exit code 130, no traceback."""

import sys


def main() -> int:
    try:
        from pixcrawler.bootstrap.interrupts import as_usual, end_at_once

        end_at_once()
        from pixcrawler.entrypoints.worker.program import main as program

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
