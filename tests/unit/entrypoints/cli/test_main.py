"""The console script itself."""

import os
import subprocess
import sys
from pathlib import Path

import click
from click.testing import CliRunner

from pixcrawler.entrypoints.cli.main import LazyGroup


class Interrupted(LazyGroup):
    """Whose every command meets a Ctrl-C while it is loaded."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        raise KeyboardInterrupt


def test_ctrl_c_while_a_command_is_loaded_is_told_in_a_word() -> None:
    done = CliRunner().invoke(Interrupted(), ["demo"])
    assert done.exit_code == 130
    assert done.stderr == "Interrupted.\n"


def test_an_argument_that_is_no_text_is_refused_before_anything_is_loaded() -> None:
    done = CliRunner().invoke(Interrupted(), ["crawl", os.fsdecode(b"h\xf6hle")])
    assert done.exit_code == 2
    assert r"'h\udcf6hle' is not UTF-8 text" in done.stderr


def test_an_output_that_goes_to_a_full_disk_is_told_in_a_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from pixcrawler.entrypoints.cli.main import main; main()", "--help"],
            stdout=full, stderr=subprocess.PIPE, check=False, text=True,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        1,
        "The disk that holds the output is full; make room and try again.\n",
    )
