"""Technology: one package for each, and none knows another."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Load a library without the optional ones that it looks for: Python says that these cannot be imported
    while the body runs; those that are loaded stay.

    For the main thread of a program that is starting: whoever else wants them meanwhile does not get them.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None stands for "there is none"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def standing_in(name: str, **names: object) -> Iterator[None]:
    """Load a library without one that it must have and of which we use nothing: while the body runs, the
    module ``name`` has these names alone. Whoever loads it afterwards gets the real one."""
    if name in sys.modules:
        yield
        return
    module = sys.modules[name] = ModuleType(name)
    vars(module).update(names)
    try:
        yield
    finally:
        del sys.modules[name]


@contextmanager
def not_found(*names: str) -> Iterator[None]:
    """The same for a compiled library, which would take ``None`` for the module. Not for those that ask
    ``importlib.util.find_spec``, as advanced-alchemy does: they would get the error instead of None."""
    finder = _Unfindable(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Unfindable:
    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, name: str, *_: object) -> None:
        if name in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
