"""The rules of the house that no tool knows. Each takes a file and says what is wrong in it, line by line."""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

LONGEST_FILE = 300
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\("
    r"|(create|drop|alter|truncate)\s+(table|database|index|type|role)\s)",
    re.IGNORECASE | re.DOTALL,
)
DATABASE_LIBRARIES = {"advanced_alchemy", "alembic", "asyncpg", "sqlalchemy"}
IMPURE = {
    "asyncio", "concurrent", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib",
    "queue", "random", "secrets", "select", "shutil", "signal", "socket", "sqlite3", "ssl",
    "subprocess", "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
"""Of the standard library, what does I/O, tells the time or throws dice."""


@dataclass(frozen=True)
class File:
    """``path`` is relative to ``src/pixcrawler``."""

    path: PurePosixPath
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Walked once for all rules."""
        return tuple(ast.walk(ast.parse(self.text)))

    def inside(self, *folders: str) -> bool:
        return any(self.path.is_relative_to(folder) for folder in folders)


Rule = Callable[[File], Iterable[str]]


def is_short(file: File) -> Iterator[str]:
    """A migration is as long as the schema that it makes."""
    if file.inside("adapters/postgres/migrations/versions"):
        return
    lines = file.text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{file.path}: {lines} lines, more than {LONGEST_FILE}"


def is_finished(file: File) -> Iterator[str]:
    for number, line in enumerate(file.text.splitlines(), 1):
        if found := UNFINISHED.search(line):
            yield f"{file.path}:{number}: {found[0]}"


def works_through_poolers(file: File) -> Iterator[str]:
    """Which connections may commit by themselves, ``alone`` knows: limits of time would miss the others."""
    if file.path.name != "engine.py" and "AUTOCOMMIT" in file.text:
        yield f"{file.path}: connections that commit by themselves are had from alone() in engine.py"


def keeps_sql_to_itself(file: File) -> Iterator[str]:
    """SQL and its libraries stay in adapters/postgres; the embedded server makes its own database."""
    if file.inside("adapters/postgres", "adapters/embedded/postgres.py"):
        return
    for name, line in _imports(file.nodes):
        if name.split(".")[0] in DATABASE_LIBRARIES:
            yield f"{file.path}:{line}: imports {name}"
    described = _docstrings(file.nodes)
    for node in file.nodes:
        match node:
            case ast.Constant(value=str(text)) if id(node) not in described and SQL.match(text):
                yield f"{file.path}:{node.lineno}: SQL"


def keeps_protocols_in_ports(file: File) -> Iterator[str]:
    """What use cases ask for is a port. A seam inside one adapter or doorway is its own affair."""
    if file.inside("application/ports", "adapters", "entrypoints"):
        return
    for node in _classes(file.nodes):
        if "Protocol" in _bases(node):
            yield f"{file.path}:{node.lineno}: {node.name} is a Protocol outside application/ports"


def leaves_the_environment_alone(file: File) -> Iterator[str]:
    """Only settings and doorways look at it. A child process may be handed a part of it."""
    if file.inside("settings", "entrypoints", "adapters/embedded/session.py"):
        return
    for node in file.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv" | "putenv"):
                yield f"{file.path}:{node.lineno}: os.{node.attr}"
            case ast.ImportFrom(module="os", names=names):
                for name in names:
                    if name.name in {"environ", "environb", "getenv", "putenv"}:
                        yield f"{file.path}:{node.lineno}: os.{name.name}"


def has_a_pure_core(file: File) -> Iterator[str]:
    """Rules stand on the standard library and msgspec; they do not wait, look at a clock or throw dice."""
    if not file.inside("domain", "application"):
        return
    for name, line in _imports(file.nodes):
        top = name.split(".")[0]
        if top not in sys.stdlib_module_names and top not in {"msgspec", "pixcrawler"}:
            yield f"{file.path}:{line}: imports {name}"
        if file.inside("domain") and IMPURE & {top, name}:
            yield f"{file.path}:{line}: imports {name}"
    for node in file.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="datetime" | "date"), attr="now" | "utcnow" | "today"):
                yield f"{file.path}:{node.lineno}: tells the time"
            case ast.Await() | ast.AsyncFunctionDef() if file.inside("domain"):
                yield f"{file.path}:{node.lineno}: waits"


def loses_no_cancellation(file: File) -> Iterator[str]:
    """In Python 3.11 `asyncio.wait_for` swallows a cancellation that comes as its work ends, and who waits
    for the cancelled task waits for ever (python/cpython issue 81839); redis-py writes through it wherever
    its sockets have a timeout. `asyncio.timeout` loses none. Who waits for what it has cancelled may be
    cancelled itself: `ports.waiting` tells the two apart, `suppress` does not.
    """
    for node in file.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="asyncio"), attr="wait_for"):
                yield f"{file.path}:{node.lineno}: asyncio.wait_for"
            case ast.keyword(arg="socket_timeout", value=value) if getattr(value, "value", "") is not None:
                yield f"{file.path}:{value.lineno}: socket_timeout of Redis"
            case ast.With(items=items) if any(map(_swallows, items)) and _waits(node):
                yield f"{file.path}:{node.lineno}: a cancellation suppressed while waiting"


def _swallows(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
            return any(ast.unparse(one).endswith(("CancelledError", "BaseException")) for one in args)
    return False


def _waits(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Await) for one in ast.walk(node))


RULES: tuple[Rule, ...] = (
    is_short,
    is_finished,
    keeps_sql_to_itself,
    works_through_poolers,
    keeps_protocols_in_ports,
    leaves_the_environment_alone,
    has_a_pure_core,
    loses_no_cancellation,
)


def repositories_of_their_own(ports: Iterable[File], adapters: Iterable[File]) -> Iterator[str]:
    """Each repository port is kept by a class of its name that stands on the one base."""
    wanted = {
        f"Postgres{node.name}"
        for file in ports
        for node in _classes(file.nodes)
        if "Repository" in _bases(node)
    }
    for file in adapters:
        for node in _classes(file.nodes):
            if node.name in wanted and "Repository" not in _bases(node):
                yield f"{file.path}:{node.lineno}: {node.name} does not stand on Repository"
            wanted.discard(node.name)
    yield from (f"nobody is {name}" for name in sorted(wanted))


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, node.lineno


def _classes(nodes: Iterable[ast.AST]) -> Iterator[ast.ClassDef]:
    return (node for node in nodes if isinstance(node, ast.ClassDef))


def _bases(node: ast.ClassDef) -> set[str]:
    """The last part of each base's name, without type parameters."""
    bare = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
    return {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in bare}


def _docstrings(nodes: Iterable[ast.AST]) -> set[int]:
    """Texts that stand as statements: they describe, nobody runs them."""
    return {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
