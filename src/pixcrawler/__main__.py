"""``python -m pixcrawler``, and the console script. Thin, so that a Ctrl-C right after the start is told like
any other: exit code 130, no traceback."""

import sys


def main() -> int:
    """Run the command that ``sys.argv`` names; most end by SystemExit with their code."""
    try:
        from pixcrawler.bootstrap.interrupts import end_at_once

        end_at_once()
        from pixcrawler.entrypoints.cli.main import main as program

        try:
            program()
        finally:
            end_at_once()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
