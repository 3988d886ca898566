import pytest

from pixcrawler.domain.crawling.addresses import addresses, checked_addresses
from pixcrawler.domain.crawling.errors import InvalidJob


def test_addresses_are_kept_once_each_in_order_and_come_back() -> None:
    given = [" https://e.org/a ", "http://e.org:8080/b?c=d#e", "https://e.org/a", "https://[2001:db8::1]/*"]
    kept = checked_addresses(given, field="input")
    assert addresses(kept) == ("https://e.org/a", "http://e.org:8080/b?c=d#e", "https://[2001:db8::1]/*")


@pytest.mark.parametrize(
    "address",
    [
        "", "e.org", "//e.org/", "ftp://e.org/", "file:///etc/passwd", "https://", "https:///a",
        "https://e.org /a", "https://e.org/a b", "https://ann:secret@e.org/", "https://e.org\\a",
        "https://e%2eorg/", "javascript:x", "https://e.org/\nhttps://f.org/", "https://e.org:port/",
        "https://e.org/\x00",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_by_the_field_it_came_in(address: str) -> None:
    with pytest.raises(InvalidJob, match=r"is no address; write it as https://") as refused:
        checked_addresses(["https://e.org/", address], field="inputs.web")
    assert refused.value.field == "inputs.web"


def test_none_too_many_and_too_long_ones_are_refused() -> None:
    with pytest.raises(InvalidJob, match="No address was given"):
        checked_addresses([], field="input")
    many = [f"https://e.org/{number}" for number in range(1_001)]
    with pytest.raises(InvalidJob, match="more than 1,000"):
        checked_addresses(many, field="input")
    assert len(addresses(checked_addresses(many[:1_000], field="input"))) == 1_000
    with pytest.raises(InvalidJob, match="longer than 2,000"):
        checked_addresses(["https://e.org/" + "a" * 2_000], field="input")
