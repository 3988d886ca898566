"""The terminal that all share."""

import io

from pixcrawler.entrypoints.cli.supervision.console import Console


def test_each_line_says_whose_it_is() -> None:
    stream = io.StringIO()
    console = Console(stream, ["api", "worker-1"], coloured=False)
    console.show("api", ("one", "  two"))
    console.show("worker-1", ("three",))
    console.say("four\nfive")
    assert stream.getvalue().splitlines() == [
        "api      | one",
        "api      |   two",
        "worker-1 | three",
        "up       | four",
        "up       | five",
    ]


def test_colours_are_for_names_only() -> None:
    stream = io.StringIO()
    Console(stream, ["api"], coloured=True).show("api", ("one",))
    assert stream.getvalue() == "\x1b[36mapi | \x1b[0mone\n"


def test_a_terminal_that_was_closed_is_no_reason_to_end() -> None:
    stream = io.StringIO()
    console = Console(stream, ["api"], coloured=False)
    stream.close()
    console.say("nobody hears this")
