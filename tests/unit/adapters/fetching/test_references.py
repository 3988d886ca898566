import pytest

from pixcrawler.adapters.fetching.references import absolute, names_picture

BASE = "https://e.org/p/q.html?x=1"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("a.jpg", "https://e.org/p/a.jpg"),
        ("../a.jpg#top", "https://e.org/a.jpg"),
        ("?y=2", "https://e.org/p/q.html?y=2"),
        ("//cdn.org/a.jpg", "https://cdn.org/a.jpg"),
        ("HTTP://E.ORG:80/A", "http://e.org/A"),
        (" /a\tb c.jpg\n", "https://e.org/ab%20c.jpg"),
        ("\\a.jpg?b\\c", "https://e.org/a.jpg?b\\c"),
        ("/é.jpg", "https://e.org/%C3%A9.jpg"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ],
)
def test_a_reference_is_read_as_a_browser_reads_it(reference: str, expected: str) -> None:
    assert absolute(BASE, reference) == expected


@pytest.mark.parametrize(
    "reference",
    [
        None, "", "  ", "#top", "data:image/png;base64,AA", "javascript:x", "mailto:a@b.c", "file:///etc/passwd",
        "ftp://e.org/a", "http://", "http://[::1", "http://a b/", "http://e.org:99999/", "/" + "a" * 9_000,
        "/\ud800",
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_none(reference: str | None) -> None:
    assert absolute(BASE, reference) is None


def test_a_picture_is_told_by_the_name_of_its_file() -> None:
    assert all(names_picture(f"https://e.org/{name}") for name in ("a.jpg", "b/A.JPEG?x=y.html", "a%2Epng"))
    assert not any(
        names_picture(f"https://e.org/{name}")
        for name in ("a", "a.html", "wiki/File:A.jpg", "a.jpg/", "?a.jpg", "a.svg")
    )
