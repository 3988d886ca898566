import pytest

from pixcrawler.entrypoints.http.compression import may_be_packed, takes_gzip


@pytest.mark.parametrize(
    "accepted",
    [
        "gzip",
        "br, gzip",
        "GZIP",
        "gzip;q=0.001",
        "x-gzip",
        "*",
        "br;q=1, *;q=0.1",
        "gzip ; q=1",
        "deflate,gzip",
    ],
)
def test_a_client_that_takes_gzip(accepted: str) -> None:
    assert takes_gzip(accepted.encode())


@pytest.mark.parametrize(
    "accepted",
    ["", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "gzip;q=much", "gzipped"],
)
def test_a_client_that_does_not(accepted: str) -> None:
    assert not takes_gzip(accepted.encode())


@pytest.mark.parametrize("kind", ["application/json", "text/html; charset=utf-8", "text/css"])
def test_texts_may_be_packed(kind: str) -> None:
    assert may_be_packed("/api/v1/jobs", {b"content-type": kind.encode()})


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/", "text/event-stream", b"x"),
        ("/", "image/jpeg", b"x"),
        ("/", "application/zip", b"x"),
        ("/", "", b"x"),
        ("/", "application/json", b"etag"),
        ("/", "application/json", b"content-encoding"),
        ("/", "application/json", b"content-range"),
        ("/", "application/json", b"accept-ranges"),
        ("/api/v1/auth/login", "application/json", b"x"),
        ("//api/v1//auth///login", "application/json", b"x"),
        ("/api//v1/api-keys/", "application/json", b"x"),
        ("/api/v1/api-keys", "application/json", b"x"),
    ],
)
def test_what_is_no_text_or_exact_or_secret_is_left_as_it_is(path: str, kind: str, name: bytes) -> None:
    assert not may_be_packed(path, {b"content-type": kind.encode(), name: b"1"})
