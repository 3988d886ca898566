"""Loading a library without the optional ones that it looks for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Python says that these cannot be imported while the body runs; those that are loaded stay.

    For the main thread of a program that is starting: whoever else wants them meanwhile does not get them.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None stands for "there is none"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
