"""``python -m pixcrawler.entrypoints.worker``, with the options of ``program``."""

import sys

from pixcrawler.bootstrap.starting import run


def _work() -> int:
    from pixcrawler.entrypoints.worker.program import main

    return main()


if __name__ == "__main__":
    sys.exit(run(_work))
