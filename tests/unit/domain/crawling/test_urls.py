import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.crawling.urls import normalise_url, url_digest


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("http://example.com:443/a", "http://example.com:443/a"),
        ("http://example.com:/a", "http://example.com/a"),
        ("http://example.com:0080/a", "http://example.com/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://[2001:DB8::1]/a", "http://[2001:db8::1]/a"),
        ("http://a/b/c/./../../g", "http://a/g"),
        ("http://a/../../g", "http://a/g"),
        ("http://a/b/..", "http://a/"),
        ("http://a/b/.", "http://a/b/"),
        ("http://a/b/%2E%2E/c", "http://a/c"),
        ("http://a//b", "http://a//b"),
        ("http://a/%7ebob/%c3%a9", "http://a/~bob/%C3%A9"),
        ("http://a/é x.jpg", "http://a/%C3%A9%20x.jpg"),
        ("http://a/100%.jpg", "http://a/100%25.jpg"),
        ("https://BÜCHER.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://xn--bcher-kva.example/a", "https://xn--bcher-kva.example/a"),
        ("https://stra\u00dfe.de/a", "https://xn--strae-oqa.de/a"),
        ("https://u\u0308.de/a", "https://xn--tda.de/a"),
        ("http://例え.テスト:80/a", "http://xn--r8jz45g.xn--zckzah/a"),
        ("http://a/b#part", "http://a/b"),
        ("http://a/b?y=2&x=1", "http://a/b?y=2&x=1"),
        ("http://a?x=1", "http://a/?x=1"),
        ("http://a/b?utm_source=x", "http://a/b?utm_source=x"),
        ("http://a/b?u=http://c/../d", "http://a/b?u=http://c/../d"),
    ],
)
def test_spellings_of_one_url_have_one_form(url: str, normal: str) -> None:
    assert normalise_url(url) == normal


@pytest.mark.parametrize(
    "url", ["file:///tmp/A%20b/../c.jpg", "http:nowhere", "http://[::1/a", "no url at all", ""]
)
def test_what_is_not_a_web_address_is_left_alone(url: str) -> None:
    assert normalise_url(url) == url


def test_a_path_keeps_its_case() -> None:
    assert normalise_url("http://a/B") != normalise_url("http://a/b")


def test_an_encoded_slash_is_not_a_slash() -> None:
    assert normalise_url("http://a/b%2fc") == "http://a/b%2Fc"


def test_the_digest_is_sixteen_bytes_and_differs_between_urls() -> None:
    assert len(url_digest("http://a/")) == 16
    assert url_digest("http://a/") != url_digest("http://a/b")


pieces = st.sampled_from(
    ["%", "2", "e", "41", "/", ".", "..", ":", "80", "@", "?", "#", "é", " ", "[", "]", "a", "A"]
)


@given(
    st.sampled_from(["http://", "https://", "HTTPS://", "ftp://", ""]),
    st.lists(pieces, max_size=14),
    st.text(max_size=8),
)
def test_normalising_twice_changes_nothing_more(scheme: str, middle: list[str], tail: str) -> None:
    once = normalise_url(scheme + "".join(middle) + tail)
    assert normalise_url(once) == once


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert len(url_digest(normalise_url("http://" + text))) == 16
