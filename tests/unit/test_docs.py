"""The documentation keeps its word: links lead somewhere, commands are understood, settings exist."""

import re
from pathlib import Path

import click
import pytest

from pixcrawler.adapters.sources.factory import SourceFactory
from pixcrawler.entrypoints.cli.main import main as program
from pixcrawler.settings import Settings
from pixcrawler.settings.setting import sections_of, settings_of
from tests.unit import markdown
from tests.unit.markdown import PAGES, ROOT

KNOWN = {setting.name for section in sections_of(Settings) for setting in settings_of(section)}
VERBS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
SETTING = re.compile(
    r"`((?:PIXCRAWLER|DATABASE|REDIS|QUEUE|WORKER|FETCH|INSPECT|SOURCE)_[A-Z_]+)(?:=[^`]*)?`"
)
ASSIGNED = re.compile(r"\b([A-Z]+_[A-Z_]+)=\S")
NOT_OURS = {"HYPOTHESIS_PROFILE", "ON_ERROR_STOP"}
CODES = re.compile(
    r"SOURCE_(UNREACHABLE|BLOCKED|KEY_REFUSED|CHANGED_SHAPE)|DATABASE_(TOO_SLOW|ROLE_IS_RESTRICTED)"
)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


# click turns the underscores of these names into hyphens unless it is told the name.
ADMIN = program.get_command(click.Context(program), "admin")


def understand(words: list[str]) -> None:
    """Raises click's own errors for what the program would refuse before it begins."""
    command: click.Command = program
    name, rest = words[0], words[1:]
    while isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        if rest and rest[0] in ("--help", "--version"):
            return
        found, inner, rest = command.resolve_command(context, rest)
        assert inner is not None
        name, command = found or "", inner
    if rest != ["--help"]:
        command.make_context(name, rest)


@each_page
def test_links_lead_to_files_and_headings_of_ours(page: Path) -> None:
    lost = []
    for link in markdown.links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in markdown.anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize(
    "page",
    PAGES,
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_the_program_understands_every_command_that_is_shown(page: Path) -> None:
    for words in markdown.commands(page):
        if words[0].removeprefix(".venv/bin/") == "pixcrawler":
            understand(words)


@each_page
def test_make_knows_every_verb_that_is_shown(page: Path) -> None:
    shown = {word for words in markdown.commands(page) if words[0] == "make" for word in words[1:]}
    assert {word for word in shown if "=" not in word} <= VERBS


@each_page
def test_settings_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {name for name in SETTING.findall(text) if not CODES.fullmatch(name)}
    named |= set(ASSIGNED.findall(text)) - NOT_OURS
    plain = {name.removesuffix("_FILE") if name not in KNOWN else name for name in named}
    invented = {name for name in plain - KNOWN if not name.startswith("SOURCE_ATTIC_")}
    assert invented == set()


def test_every_page_can_be_reached_from_the_index() -> None:
    docs = ROOT / "docs"
    index = docs / "README.md"
    linked = {(docs / link.partition("#")[0]).resolve() for link in markdown.links(index)}
    lost = [
        page
        for page in docs.rglob("*.md")
        if page != index and page not in linked and page.parent not in linked
    ]
    assert lost == []


def test_decisions_are_numbered_without_gaps_and_titled_by_their_number() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. ")


def test_the_example_of_a_source_is_a_source() -> None:
    page = ROOT / "docs/howto/add-a-source.md"
    example = next(block.text for block in markdown.blocks(page) if block.language == "python")
    names: dict[str, object] = {"__name__": "attic"}
    exec(compile(example, str(page), "exec"), names)
    factory = names["FACTORY"]
    assert isinstance(factory, SourceFactory)
    assert factory.enabled_by_default


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "A_B=1 pixcrawler crawl 'red fox' --json > out.json",
            [["pixcrawler", "crawl", "red fox", "--json"]],
        ),
        (". .venv/bin/activate && make demo", [[".", ".venv/bin/activate"], ["make", "demo"]]),
        ("make test    # all of them", [["make", "test"]]),
        ("export A_B=/tmp", []),
    ],
)
def test_commands_are_read_as_a_shell_would(tmp_path: Path, line: str, found: list[list[str]]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```sh\n{line}\n```\n", encoding="utf-8")
    assert list(markdown.commands(page)) == found


def test_an_unknown_option_is_found() -> None:
    with pytest.raises(click.NoSuchOption):
        understand(["pixcrawler", "crawl", "fox", "--no-such-option"])
