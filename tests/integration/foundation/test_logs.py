"""What a process of ours writes to stderr, in a pipe and on a terminal."""

import json
import os
import pty
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import logging, sys
import structlog
from pixcrawler.bootstrap.logs import set_up_logs
from pixcrawler.settings import load_settings
settings = load_settings({"HOME": "/tmp", "PIXCRAWLER_LOG_FORMAT": sys.argv[1]})
set_up_logs(settings.pixcrawler, coloured=sys.argv[2] == "yes")
structlog.get_logger("ours").info("one", name="a\\nforged\\x1b[2J")
logging.getLogger("theirs").info("not told")
logging.getLogger("theirs").warning("two %s", "three\\nforged")
try:
    secret = "hunter" + str(2)
    1 / 0
except ZeroDivisionError:
    logging.getLogger("theirs").exception("four")
"""


def _said(form: str, *, coloured: str = "yes", terminal: bool = False) -> str:
    command = [sys.executable, "-c", PROGRAM, form, coloured]
    if not terminal:
        return subprocess.run(command, capture_output=True, text=True, check=True).stderr
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        process = subprocess.Popen(command, stderr=theirs)
        os.close(theirs)
        said = b""
        try:
            while more := screen.read(4096):
                said += more
        except OSError:  # how Linux ends a terminal that nobody writes to any more
            pass
        assert process.wait() == 0
    return said.decode()


def test_in_a_pipe_libraries_and_we_write_json_lines() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in _said("auto").splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("one", "info"),
        ("two three\nforged", "warning"),
        ("four", "error"),
    ]
    assert lines[1]["logger"] == "theirs"
    assert "ZeroDivisionError" in lines[2]["exception"]
    assert all("timestamp" in line for line in lines)


@pytest.mark.parametrize(("coloured", "escapes"), [("yes", True), ("no", False)])
def test_a_terminal_gets_text_and_colours_unless_unwanted(coloured: str, escapes: bool) -> None:
    said = _said("auto", coloured=coloured, terminal=True)
    assert "two three" in said
    assert ("\x1b[" in said) == escapes


def test_text_in_a_pipe_has_no_colours() -> None:
    said = _said("console")
    assert "two three" in said
    assert "\x1b[" not in said


@pytest.mark.parametrize("form", ["json", "console"])
def test_strangers_words_forge_no_line_and_move_no_cursor(form: str) -> None:
    said = _said(form)
    assert "forged" in said
    assert not any(line.lstrip().startswith("forged") for line in said.splitlines())
    assert "\x1b" not in said


@pytest.mark.parametrize("form", ["json", "console"])
def test_tracebacks_show_no_values(form: str) -> None:
    said = _said(form)
    assert "ZeroDivisionError" in said
    assert "hunter2" not in said
