import codecs

import pytest

from pixcrawler.adapters.fetching.page_text import text_of

HTML = "text/html"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"caf\xc3\xa9", HTML, "café"),
        (b"caf\xe9", HTML, "café"),
        (b"caf\xe9", "text/html; charset=iso-8859-1", "café"),
        (b"caf\xe9", 'text/html; charset="ISO-8859-1"', "café"),
        (b"caf\xe9", "text/html; charset=utf-8", "café"),
        (b"caf\xc3\xa9", "text/html; charset=nonsense", "café"),
        (b'<meta charset="windows-1251">\xea\xee\xf2', HTML, '<meta charset="windows-1251">кот'),
        (b'<?xml version="1.0" encoding="koi8-r"?>\xcb', HTML, '<?xml version="1.0" encoding="koi8-r"?>к'),
        (b'<meta charset="utf-16">caf\xc3\xa9', HTML, '<meta charset="utf-16">café'),
        (b'<meta charset="shift_jis">\x94\x4c', HTML, '<meta charset="shift_jis">猫'),
        (b'<meta charset="gb2312">\xc3\xa8', HTML, '<meta charset="gb2312">猫'),
        (b"\x93quoted\x94", "text/html; charset=us-ascii", "“quoted”"),
        (codecs.BOM_UTF8 + b"caf\xc3\xa9", "text/html; charset=iso-8859-1", "café"),
        (codecs.BOM_UTF16_LE + "é".encode("utf-16-le"), HTML, "é"),
        (codecs.BOM_UTF16_BE + "é".encode("utf-16-be"), HTML, "é"),
        (b"caf\xc3\xa9 caf\xc3\xa9 \xff", "text/html; charset=utf-8", "café café �"),
        (b"", HTML, ""),
    ],
)
def test_the_text_of_a_page_whatever_it_says_of_its_charset(
    body: bytes, content_type: str, text: str
) -> None:
    assert text_of(body, content_type) == text


@pytest.mark.parametrize("name", ["zip", "base64", "idna", "unicode_escape", "utf-7", "rot13", "undefined"])
def test_no_page_chooses_a_codec_that_no_page_is_written_in(name: str) -> None:
    body = f'<meta charset="{name}">\\x41+AGE-'
    assert text_of(body.encode(), f"text/html; charset={name}") == body


def test_every_byte_gives_some_text() -> None:
    for body in (bytes(range(256)), bytes(range(128, 256)) * 3):
        for charset in (
            "",
            "; charset=utf-8",
            "; charset=cp1252",
            "; charset=euc-jp",
            "; charset=iso-2022-jp",
        ):
            assert text_of(body, HTML + charset)
