"""Bad input: one clear sentence, the right exit code, no traceback, and nothing that was there is lost."""

import socket
from pathlib import Path

import pytest

from tests.e2e.conftest import Shell, rows
from tests.processes import Finished
from tests.servers.pictures import PictureWeb

QUICK = [
    pytest.param([], 2, "No keyword was given", id="no keyword"),
    pytest.param(["a", "--source", "atlantis"], 2, "atlantis", id="an unknown source"),
    pytest.param(["--input", "wrong.txt"], 2, "line 2 of wrong.txt is no URL", id="a line that is no URL"),
    pytest.param(["--input", "not.parquet"], 2, "not.parquet", id="a parquet file that is none"),
    pytest.param(["a", "--max-images", "0"], 2, "0 images", id="no images"),
    pytest.param(["a", "--config", "broken.json"], 2, "broken.json", id="a broken configuration"),
    pytest.param(["a", "--resume", "--out", "new"], 4, "no crawl to resume", id="resuming nothing"),
    pytest.param(["a", "--out", "theirs"], 2, "not ours", id="an output that is not ours"),
    pytest.param(["a", "--out", "good.txt/sub"], 2, "good.txt/sub", id="an output below a file"),
]
"""One of each kind: a mistake of words, of a file, of a folder."""
MORE = [
    pytest.param(["  "], 2, "keyword is empty", id="an empty keyword"),
    pytest.param(["a", "--source", "url_list"], 2, "--input", id="a list that is not named"),
    pytest.param(["--input", "nowhere.txt"], 2, "nowhere.txt", id="a list that is not there"),
    pytest.param(["--input", "empty.txt"], 2, "empty.txt", id="an empty list"),
    pytest.param(["--input", "binary.txt"], 2, "binary.txt", id="a list that is no text"),
    pytest.param(["a", "--input", "good.txt", "--source", "openverse"], 2, "url_list", id="an unread input"),
    pytest.param(["a", "--max-images", "many"], 2, "many", id="images that are no number"),
    pytest.param(["a", "--split", "80/80"], 2, "split", id="a split that adds up to too much"),
    pytest.param(["a", "--split", "half"], 2, "split", id="a split in words"),
    pytest.param(["a", "--min-size", "big"], 2, "big", id="a size that is none"),
    pytest.param(["a", "--license", "mine"], 2, "mine", id="an unknown licence policy"),
    pytest.param(["a", "--format", "floppy"], 2, "floppy", id="an unknown format"),
    pytest.param(["a", "--file-type", "exe"], 2, "exe", id="an unknown file type"),
    pytest.param(["a", "--dedup", "very"], 2, "very", id="an unknown level"),
    pytest.param(["a", "--config", "nowhere.json"], 2, "nowhere.json", id="a configuration not there"),
    pytest.param(["a", "--resume"], 2, "--out", id="resuming nothing in particular"),
    pytest.param(["a", "--out", "good.txt"], 2, "is a file", id="an output that is a file"),
    pytest.param(["a", "--wrong"], 2, "--wrong", id="an unknown option"),
]
WRONG_ARGUMENTS = [
    *QUICK,
    *(pytest.param(*one.values, id=one.id, marks=pytest.mark.long) for one in MORE),
]


@pytest.fixture
def littered(shell: Shell) -> Shell:
    """Things that somebody else made."""
    folder = shell.folder
    (folder / "empty.txt").write_text("\n# nothing\n")
    (folder / "good.txt").write_text("http://127.0.0.1:9/a.jpg\n")
    (folder / "wrong.txt").write_text("http://127.0.0.1:9/a.jpg\nfoo bar\n")
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    (folder / "not.parquet").write_bytes(b"PAR1 no")
    (folder / "broken.json").write_text("{")
    (folder / "theirs").mkdir()
    (folder / "theirs" / "thesis.txt").write_text("five years")
    return shell


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG_ARGUMENTS)
async def test_wrong_arguments_are_told_in_a_sentence(
    littered: Shell, arguments: list[str], code: int, words: str
) -> None:
    before = _everything(littered.folder)
    done = await littered("crawl", *arguments)
    assert done.code == code, done.err
    assert words in done.err
    assert _is_a_sentence(done)
    assert _everything(littered.folder) == before


async def test_a_disabled_source_is_named(shell: Shell) -> None:
    done = await shell("crawl", "fox", SOURCE_OPENVERSE_ENABLED="false")
    assert done.code == 2
    assert "openverse" in done.err
    assert "SOURCE_OPENVERSE_ENABLED" in done.err
    assert _is_a_sentence(done)
    assert _everything(shell.folder) == {}


async def test_a_mistake_is_also_a_document_for_programs(littered: Shell) -> None:
    done = await littered("crawl", "a", "--out", "theirs", "--json")
    assert done.document["error"] == {
        "message": done.err.strip(),
        "error_code": "NOT_OUR_FOLDER",
        "field": "out",
    }


@pytest.mark.long
async def test_a_source_that_cannot_be_reached_is_told_soon(shell: Shell) -> None:
    base_url = f"http://127.0.0.1:{_closed_port()}/v1"
    done = await shell.hasty(
        *("crawl", "fox", "--out", "ds"),
        SOURCE_OPENVERSE_BASE_URL=base_url,
        SOURCE_OPENVERSE_INTERVAL="0",
        FETCH_ALLOWED_PRIVATE_NETWORKS="127.0.0.1/32",
    )
    assert done.code == 5, done.err
    assert "openverse" in done.err.lower()
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("postgresql://nobody:wrong@127.0.0.1:{closed}/none", 5),
        ("{scheme}://{user}:wrong@{host}/{name}", 5),
        ("{scheme}://{user}:{password}@{host}/no_such_database", 5),
        ("postgresql://127.0.0.1:port/none", 2),
        ("my database", 2),
    ],
    ids=["closed port", "wrong password", "no such database", "no port number", "nonsense"],
)
async def test_a_wrong_database_url_is_told_soon(
    shell: Shell, urls: Path, database_url: str, change: str, code: int
) -> None:
    scheme, _, rest = database_url.partition("://")
    login, _, place = rest.partition("@")
    user, _, password = login.partition(":")
    host, _, name = place.partition("/")
    parts = {"scheme": scheme, "user": user, "password": password, "host": host, "name": name}
    wrong = change.format(closed=_closed_port(), **parts)
    done = await shell.hasty("crawl", "--input", urls, "--out", "ds", DATABASE_URL=wrong)
    assert done.code == code, done.err
    assert "DATABASE_URL" in done.err
    assert password not in done.err
    assert _is_a_sentence(done)
    assert not (shell.folder / "ds").exists()


async def test_a_redis_url_that_is_nonsense_is_named(shell: Shell, urls: Path) -> None:
    done = await shell("crawl", "--input", urls, "--out", "ds", REDIS_URL="my redis")
    assert done.code == 2, done.err
    assert "REDIS_URL" in done.err
    assert _is_a_sentence(done)


async def test_a_folder_in_use_and_one_that_holds_a_crawl_are_left_alone(
    shell: Shell, urls: Path, web: PictureWeb
) -> None:
    web.hold()
    async with shell.starts("crawl", "--input", urls, "--out", "ds") as first:
        await first.says("found")
        second = await shell("crawl", "--input", urls, "--out", "ds")
        resumed = await shell("crawl", "--resume", "--out", "ds")
        web.release()
        done = await first.end()
    assert (second.code, resumed.code) == (2, 1), resumed.err
    assert "--resume" in second.err
    assert "is writing to" in resumed.err
    assert _is_a_sentence(second)
    assert _is_a_sentence(resumed)
    assert done.code == 0, done.err
    before = rows(shell.folder / "ds")
    again = await shell("crawl", "--input", urls, "--out", "ds")
    assert again.code == 2
    assert rows(shell.folder / "ds") == before


OTHERS = ("demo", "admin", "config", "worker", "migrate")


@pytest.mark.parametrize(
    "command", ["crawl", None, *(pytest.param(one, marks=pytest.mark.long) for one in OTHERS)]
)
async def test_every_help_ends_with_an_example(shell: Shell, command: str | None) -> None:
    done = await shell(*([command] if command else []), "--help")
    assert done.code == 0
    assert "Example:" in done.out.strip().splitlines()[-1] or "Example:" in done.out[-200:]
    assert not done.err


def _is_a_sentence(done: Finished) -> bool:
    """Usage errors may be told below click's lines on usage; wrong settings are told as a list."""
    frame = ("Usage:", "Try '", "The settings have", "`pixcrawler config example`")
    told = [line for line in done.sentences if not line.startswith(frame)]
    return "Traceback" not in done.err and 1 <= len(told) <= 2


def _everything(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def _closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
