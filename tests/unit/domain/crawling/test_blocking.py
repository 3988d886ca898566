import pytest

from pixcrawler.domain.crawling.blocking import Blocked, BlockKind, BlockList, NotBlockable, read_blocked

DIGEST = "ab" * 32


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (DIGEST, BlockKind.SHA256),
        (f"  {DIGEST.upper()}\n", BlockKind.SHA256),
        ("00ff00ff00ff00ff", BlockKind.PHASH),
        ("https://a.test/x.jpg", BlockKind.URL),
        ("HTTP://a.test", BlockKind.URL),
    ],
)
def test_what_can_be_blocked_tells_its_kind(text: str, kind: BlockKind) -> None:
    assert read_blocked(text).kind is kind


@pytest.mark.parametrize(
    "text", ["", "cat", DIGEST[:-1], "ftp://a.test/x", "https://", "https:// x", "http://" + "x" * 3000]
)
def test_what_cannot_be_blocked_is_refused_by_name(text: str) -> None:
    with pytest.raises(NotBlockable, match="neither an http URL"):
        read_blocked(text)


def test_every_spelling_of_an_address_is_one_entry() -> None:
    known = BlockList([read_blocked("http://a.test:80/x/../y%7e#z")])
    assert known.url("HTTP://A.TEST/y~") == "its address is on the block-list"
    assert known.url("http://a.test/y") is None


def test_bytes_and_looks_are_known_with_evidence() -> None:
    known = BlockList([read_blocked(DIGEST), Blocked(BlockKind.PHASH, "f" * 16, "")])
    assert len(known) == 2
    assert known.sha256(DIGEST) == f"sha256 {DIGEST} is on the block-list"
    assert known.sha256("cd" * 32) is None
    assert (
        known.phash(2**64 - 16) == f"perceptual hash {'f' * 15}0 is 4 bits from {'f' * 16} on the block-list"
    )
    assert known.phash(2**64 - 32) is None


def test_an_empty_list_knows_nothing() -> None:
    known = BlockList()
    assert (known.url("http://a.test/"), known.sha256(DIGEST), known.phash(0)) == (None, None, None)
