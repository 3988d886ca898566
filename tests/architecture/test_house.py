"""The rules of the house hold for the house; and each can fail."""

from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import rules
from tests.architecture.rules import RULES, File, Rule

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/pixcrawler"


@cache
def files(folder: str = ".") -> tuple[File, ...]:
    """Read and parsed once for all rules."""
    return tuple(
        File(PurePosixPath(path.relative_to(SOURCE)), path.read_text(encoding="utf-8"))
        for path in sorted((SOURCE / folder).rglob("*.py"))
    )


def test_there_is_a_house_to_look_at() -> None:
    assert len(files()) > 50


# Property 14: there is no SQL outside the Postgres adapter (the rule `keeps_sql_to_itself`).
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file(rule: Rule) -> None:
    assert [complaint for file in files() for complaint in rule(file)] == []


# Property 13: every repository has the one base.
def test_every_repository_stands_on_the_one_base() -> None:
    assert [*rules.repositories_of_their_own(files("application/ports"), files("adapters/postgres"))] == []


@pytest.mark.parametrize("rule", [rules.is_short, rules.is_finished], ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("folder", ["sdk", "tests", "bench", "scripts", "docs", ".ci"])
def test_what_stands_around_the_house(rule: Rule, folder: str) -> None:
    texts = [
        path
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sh", ".md"} or path.name == "run"
    ]
    complaints = [
        complaint
        for path in texts
        if path.is_file() and not (rule is rules.is_short and path.suffix == ".md")
        for complaint in rule(File(PurePosixPath(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
    ]
    assert complaints == []


BAD = [
    (rules.is_short, "domain/long.py", "x = 1\n" * 301),
    (rules.is_finished, "domain/a.py", "x = 1  # TO" + "DO later\n"),
    (rules.keeps_sql_to_itself, "application/a.py", "import sqlalchemy as sa\n"),
    (rules.keeps_sql_to_itself, "application/a.py", "from asyncpg.pool import Pool\n"),
    (rules.keeps_sql_to_itself, "adapters/queue/a.py", "q = 'select id\\n from outbox where x'\n"),
    (rules.keeps_sql_to_itself, "adapters/queue/a.py", "q = f'update outbox set {x} = 1'\n"),
    (rules.works_through_poolers, "adapters/postgres/a.py", "x = engine.options(level='AUTOCOMMIT')\n"),
    (rules.keeps_protocols_in_ports, "application/crawling/a.py", "class A(Protocol): ...\n"),
    (rules.keeps_protocols_in_ports, "domain/a.py", "class A(typing.Protocol[T]): ...\n"),
    (rules.leaves_the_environment_alone, "adapters/a.py", "import os\nx = os.environ['A']\n"),
    (rules.leaves_the_environment_alone, "bootstrap/a.py", "import os\nx = os.getenv('A')\n"),
    (rules.leaves_the_environment_alone, "domain/a.py", "from os import environ\n"),
    (rules.has_a_pure_core, "domain/a.py", "import httpx\n"),
    (rules.has_a_pure_core, "application/a.py", "from structlog import get_logger\n"),
    (rules.has_a_pure_core, "domain/a.py", "import random\n"),
    (rules.has_a_pure_core, "domain/a.py", "x = datetime.now(UTC)\n"),
    (rules.has_a_pure_core, "domain/a.py", "async def f() -> None: ...\n"),
    (rules.loses_no_cancellation, "adapters/a.py", "x = asyncio.wait_for(y, 1)\n"),
    (rules.loses_no_cancellation, "adapters/a.py", "x = Redis(socket_timeout=2.0)\n"),
    (rules.loses_no_cancellation, "adapters/a.py", "x = Redis(socket_timeout=answers)\n"),
    (
        rules.loses_no_cancellation,
        "a.py",
        "async def f() -> None:\n    with suppress(asyncio.CancelledError):\n        await x\n",
    ),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=lambda part: getattr(part, "__name__", ""))
def test_a_bad_file_is_found(rule: Rule, path: str, text: str) -> None:
    assert [*rule(File(PurePosixPath(path), text))]


GOOD = [
    ("adapters/postgres/a.py", "import sqlalchemy\nq = 'select 1 from dual'\n"),
    ("application/ports/a.py", "class A(Protocol): ...\n"),
    ("settings/a.py", "import os\nx = os.environ\n"),
    ("domain/a.py", '"""Select one from many."""\nimport msgspec\nfrom datetime import datetime\n'),
    ("adapters/a.py", "x = Redis(socket_timeout=None)\n"),
    ("a.py", "def f() -> None:\n    with suppress(BaseException):\n        x.exception()\n"),
    ("application/a.py", "import asyncio\n\nasync def f() -> None: ...\n"),
]


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_a_good_file_is_left_in_peace(path: str, text: str) -> None:
    file = File(PurePosixPath(path), text)
    assert [complaint for rule in RULES for complaint in rule(file)] == []


def test_a_repository_without_the_base_is_found() -> None:
    port = File(PurePosixPath("p.py"), "class Jobs(Repository[Job, Id], Protocol): ...\n")
    good = File(PurePosixPath("a.py"), "class PostgresJobs(Repository[Job, Row]): ...\n")
    bad = File(PurePosixPath("a.py"), "class PostgresJobs: ...\n")
    assert [*rules.repositories_of_their_own([port], [good])] == []
    assert [*rules.repositories_of_their_own([port], [bad])]
    assert [*rules.repositories_of_their_own([port], [])]
