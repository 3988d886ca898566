"""Ctrl-C in the moments in which a program loads, or Python takes it down."""

import subprocess
import sys

import pytest

PRELUDE = """
import importlib.abc, os, runpy, signal, sys

moment = sys.argv.pop(1)

class Interrupts(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == moment:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
"""
"""A Ctrl-C at the moment at which the module that the first argument names is about to be loaded."""
THIN = "pixcrawler.bootstrap.interrupts"
CLI, WORKER, API = "pixcrawler", "pixcrawler.entrypoints.worker", "pixcrawler.entrypoints.http"


def run(code: str, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-c", PRELUDE + code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("program", "words", "moment"),
    [
        (CLI, ["--help"], THIN),
        (CLI, ["--help"], "click"),
        (CLI, ["migrate"], "pixcrawler.entrypoints.cli.migrate"),
        (WORKER, [], THIN),
        (WORKER, [], "pixcrawler.entrypoints.worker.program"),
        (API, [], THIN),
        (API, ["openapi"], "pixcrawler.entrypoints.http.print_document"),
    ],
)
def test_ctrl_c_while_a_program_loads_ends_it_with_130_and_a_word(
    program: str, words: list[str], moment: str
) -> None:
    code = f"runpy.run_module({program!r}, run_name='__main__', alter_sys=True)"
    assert run(code, moment, *words) == (130, "Interrupted.\n")


def test_ctrl_c_while_python_takes_a_program_down_shows_no_traceback() -> None:
    code = """
import atexit
from pixcrawler.__main__ import main
atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))
main()
"""
    assert run(code, "nothing", "--help") == (130, "Interrupted.\n")


def test_a_program_whose_starter_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    code = """
from pixcrawler.bootstrap.interrupts import as_usual, end_at_once
signal.signal(signal.SIGINT, signal.SIG_IGN)
end_at_once()
as_usual()
sys.exit(signal.getsignal(signal.SIGINT) is not signal.SIG_IGN)
"""
    assert run(code, "nothing") == (0, "")


def test_a_program_that_becomes_another_hands_on_a_ctrl_c_that_came_between() -> None:
    code = """
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
os.kill(os.getpid(), signal.SIGINT)
from pixcrawler.bootstrap.interrupts import become
become("pixcrawler", "--help")
"""
    assert run(code, "nothing") == (130, "Interrupted.\n")
