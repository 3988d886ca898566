"""``python -m pixcrawler.entrypoints.http``, with the options of ``serve``: the API. With ``openapi``
first, and the options of ``print_document``: its document."""

import sys

from pixcrawler.bootstrap.starting import run


def _serve() -> int:
    from pixcrawler.entrypoints.http.serve import main

    return main()


def _print() -> int:
    from pixcrawler.entrypoints.http.print_document import main

    return main()


if __name__ == "__main__":
    if sys.argv[1:2] == ["openapi"]:
        del sys.argv[1]
        sys.exit(run(_print))
    sys.exit(run(_serve))
