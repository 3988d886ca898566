"""``python -m pixcrawler``, and the console script."""

import sys

from pixcrawler.bootstrap.starting import run


def main() -> int:
    """Run the command that ``sys.argv`` names; most end by SystemExit with their code."""
    return run(_command)


def _command() -> int:
    from pixcrawler.entrypoints.cli.main import main as command_line

    command_line()
    return 0


if __name__ == "__main__":
    sys.exit(main())
