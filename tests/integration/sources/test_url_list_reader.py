import gzip
import io
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.adapters.sources.url_list_reader import read_url_list
from pixcrawler.adapters.sources.url_row import UrlRow
from pixcrawler.application.ports.url_list import TextFormat, UrlText
from pixcrawler.domain.crawling.errors import InvalidUrlList
from tests.integration.sources.lists import as_parquet, complaint, rows_of, written

DIGEST = "ab" * 32
TABLE = f"""URL,Caption,Class,licence,creator,page,sha256,score
https://a.example/1.jpg,"A fox, red",fox,CC BY 4.0,Ann,https://a.example/1,{DIGEST.upper()},0.5
https://a.example/2.jpg,,,,,,,
"""
ROWS = [
    UrlRow(
        url="https://a.example/1.jpg",
        title="A fox, red",
        label="fox",
        license="CC BY 4.0",
        author="Ann",
        page_url="https://a.example/1",
        sha256=DIGEST,
    ),
    UrlRow(url="https://a.example/2.jpg"),
]
OBJECTS: list[dict[str, object]] = [
    {"image_url": "https://a.example/1.jpg", "text": "A fox, red", "category": "fox", "license": "CC BY 4.0"}
    | {"artist": "Ann", "page_url": "https://a.example/1", "sha256": DIGEST, "extra": {"deep": [1]}},
    {"image_url": "https://a.example/2.jpg", "text": None},
]


FORMS = {
    "list.csv": TABLE.encode(),
    "list.tsv": TABLE.replace('"A fox, red"', "A fox; red").replace(",", "\t").replace(";", ",").encode(),
    "list.json": msgspec.json.encode(OBJECTS),
    "list.jsonl": b"\n".join(msgspec.json.encode(one) for one in OBJECTS),
    "list.ndjson": b"\n\n".join(msgspec.json.encode(one) for one in OBJECTS) + b"\n",
    "list.parquet": as_parquet(OBJECTS),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_format_says_the_same(tmp_path: Path, name: str, packed: bool) -> None:
    content = gzip.compress(FORMS[name]) if packed else FORMS[name]
    assert rows_of(written(tmp_path / (f"{name}.gz" if packed else name), content)) == ROWS


def test_plain_text_has_one_url_a_line_and_may_have_remarks(tmp_path: Path) -> None:
    text = "\ufeff# my list\n\n  https://a.example/1.jpg  \r\nhttp://b.example:8080/ö.png?x=1#y\n"
    urls = [row.url for row in rows_of(written(tmp_path / "urls.txt", text))]
    assert urls == ["https://a.example/1.jpg", "http://b.example:8080/ö.png?x=1#y"]


def test_a_table_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path / "list.csv", b"\xef\xbb\xbf" + TABLE.encode())) == ROWS


def test_json_may_be_a_list_of_plain_urls(tmp_path: Path) -> None:
    path = written(tmp_path / "urls.json", '\n ["https://a.example/1.jpg", "https://a.example/2.jpg"]')
    assert [row.url for row in rows_of(path)] == ["https://a.example/1.jpg", "https://a.example/2.jpg"]


def test_a_file_named_json_may_hold_lines(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path / "list.json", FORMS["list.jsonl"])) == ROWS


def test_the_name_may_be_in_capitals(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path / "LIST.CSV", TABLE)) == ROWS


def test_a_number_as_label_becomes_text(tmp_path: Path) -> None:
    [row] = rows_of(written(tmp_path / "a.jsonl", '{"url": "https://a.example/1.jpg", "label": 7}'))
    assert row.label == "7"


def test_a_line_that_is_no_url_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "urls.txt", "https://a.example/1.jpg\n\nfoo bar\n")
    assert complaint(path) == "line 3 of urls.txt is no URL: 'foo bar' (fix or remove it)"


@pytest.mark.parametrize(
    "line",
    [
        "foo",
        "ftp://a.example/1.jpg",
        "https://",
        "http:///1.jpg",
        "//a.example/1.jpg",
        "https://a b.example/",
        "http://a:99999/",
        "http://[::1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://a.example/" + "x" * 9000,
        "https://a.example/\u200b",
    ],
    ids=lambda line: line[:30].encode("unicode_escape").decode(),
)
def test_what_is_no_web_address_is_refused(tmp_path: Path, line: str) -> None:
    assert "line 1 of urls.txt is no URL: " in complaint(written(tmp_path / "urls.txt", line))


def test_ten_bad_lines_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "urls.txt", "".join(f"bad {number}\n" for number in range(1, 26)))
    said = complaint(path)
    assert "line 1 of urls.txt is no URL: 'bad 1'; " in said
    assert "line 10 of" in said
    assert "line 11 of" not in said
    assert said.endswith("; and 15 more (fix or remove them)")


def test_a_row_without_a_url_is_named_by_its_line(tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", 'url,title\nhttps://a.example/1.jpg,"two\nlines"\n,nothing\n')
    assert complaint(path) == "line 4 of list.csv has no URL (fix or remove it)"


@pytest.mark.parametrize("form", ["[{}]", "{}"])
def test_half_an_emoji_in_json_costs_no_row(tmp_path: Path, form: str) -> None:
    line = form.replace("{}", r'{"url": "https://a.example/1.jpg", "title": "A fox \ud83d"}')
    assert [row.title for row in rows_of(written(tmp_path / "list.json", line))] == ["A fox \ufffd"]


def test_blanks_behind_the_commas_of_a_table_are_no_part_of_it(tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", 'url, title, label\nhttps://a.example/1.jpg, "A fox, red", 3\n')
    assert [(row.title, row.label) for row in rows_of(path)] == [("A fox, red", "3")]


def test_a_wrong_digest_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", "url,sha256\nhttps://a.example/1.jpg,abc\n")
    assert complaint(path) == (
        "line 2 of list.csv has a wrong sha256 (64 hexadecimal digits are needed): 'abc' (fix or remove it)"
    )


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    said = complaint(written(tmp_path / "list.csv", "picture,name\nhttps://a.example/1.jpg,x\n"))
    assert said == "list.csv has no column 'url' (it has: picture, name): name the column of the URLs 'url'"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("urls.txt", "", "urls.txt holds no URL: put one on each line"),
        ("urls.txt", "# only remarks\n\n", "urls.txt holds no URL: put one on each line"),
        ("list.csv", "url,title\n", "list.csv holds no URL: put one on each line"),
        ("list.json", "[]", "list.json holds no URL: put one on each line"),
        ("list.xlsx", "PK", "list.xlsx is no URL list that can be read: its name must end in .txt, .csv, "),
        ("list", "https://a.example/1.jpg", "list is no URL list that can be read: its name must end in "),
        ("urls.txt", "https://a.example/\nä".encode("utf-16"), "urls.txt is not UTF-8 text (line 1): save"),
        ("list.csv", b"url\nhttps://a.example/\xff.jpg\n", "list.csv is not UTF-8 text (line 2): save"),
        ("list.csv", 'url,title\n"https://a.example/1.jpg', "list.csv cannot be read at line 2: "),
        ("list.json", "[1, ", "list.json is no valid JSON: "),
        ("list.json", "[" * 100_000, "list.json is no valid JSON: "),
        ("list.jsonl", "[" * 100_000, "line 1 of list.jsonl is no valid JSON: "),
        ("list.jsonl", "{", "line 1 of list.jsonl is no valid JSON: "),
        ("list.jsonl", "7", "line 1 of list.jsonl is neither a URL nor an object with a 'url'"),
        ("list.jsonl", '{"title": "x"}', "line 1 of list.jsonl has no 'url'"),
        ("list.parquet", "PAR1", "list.parquet is no valid parquet file: "),
        ("urls.txt.gz", "no gzip", "urls.txt.gz is no whole gzip file: "),
        (
            "urls.txt.gz",
            gzip.compress(b"https://a.example/\n" * 99, mtime=0)[:-9],
            "urls.txt.gz is no whole gzip file: ",
        ),
        ("urls.txt", "x" * 1_000_002, "urls.txt has a line 1 of more than 1,000,000 bytes: it"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else "bytes",
)
def test_a_file_that_is_no_use_gets_one_clear_sentence(
    tmp_path: Path, name: str, content: bytes | str, said: str
) -> None:
    assert complaint(written(tmp_path / name, content)).startswith(said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert complaint(tmp_path / "urls.txt") == "urls.txt does not exist: check the path"


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").mkdir()
    assert complaint(tmp_path / "urls.txt").startswith("urls.txt is a folder, not a URL list")


def test_a_long_list_is_passed_on_in_pieces_and_not_held(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("".join(f"https://a.example/{number}.jpg\n" for number in range(20_000)))
    pieces: list[int] = []
    assert read_url_list(path, lambda piece: pieces.append(len(piece))) == 20_000
    assert len(pieces) > 5
    assert max(pieces) < 100_000


def test_a_failing_store_is_not_blamed_on_the_list(tmp_path: Path) -> None:
    class FullError(Exception):
        pass

    def full(piece: bytes) -> None:
        raise FullError

    with pytest.raises(FullError):
        read_url_list(written(tmp_path / "urls.txt", "https://a.example/1.jpg\n"), full)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists")


@given(
    st.sampled_from([".txt", ".csv", ".tsv", ".json", ".jsonl", ".parquet", ".txt.gz"]),
    st.binary(max_size=200),
)
def test_no_bytes_break_the_reader(place: Path, suffix: str, content: bytes) -> None:
    path = written(place / f"list{suffix}", content)
    with suppress(InvalidUrlList):
        assert read_url_list(path, io.BytesIO().write) > 0


@pytest.mark.parametrize(
    ("format_", "content"),
    [
        ("txt", "https://a.example/1.jpg\n"),
        ("csv", "url\nhttps://a.example/1.jpg\n"),
        ("tsv", "url\tlabel\nhttps://a.example/1.jpg\t\n"),
        ("json", '["https://a.example/1.jpg"]'),
        ("jsonl", '{"url": "https://a.example/1.jpg"}'),
    ],
)
def test_a_list_that_was_sent_as_text_says_the_same(format_: str, content: str) -> None:
    out = io.BytesIO()
    assert read_url_list(UrlText(TextFormat(format_), content), out.write) == 1
    assert msgspec.json.decode(out.getvalue(), type=UrlRow).url == "https://a.example/1.jpg"


@pytest.mark.parametrize("content", ["", "# nothing\n", "/etc/passwd\n", "file:///etc/passwd\n", "\ud800\n"])
def test_a_mistake_in_a_sent_list_names_its_field(content: str) -> None:
    with pytest.raises(InvalidUrlList) as caught:
        read_url_list(UrlText(TextFormat.TXT, content), io.BytesIO().write)
    assert caught.value.field == "url_list.content"
    assert "the list" in str(caught.value)
