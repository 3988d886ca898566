"""E-mail addresses and passwords that will do."""

import random

import pytest

from pixcrawler.domain.identity.credentials import checked_password, normal_email
from pixcrawler.domain.identity.errors import InvalidEmail, WeakPassword
from pixcrawler.domain.identity.key_text import ALPHABET, RANDOM_BYTES
from pixcrawler.domain.identity.token_text import TokenKind, is_token, write_token

ANN = "ann@example.org"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ann@Example.ORG", ANN),
        (f"  {ANN}\n", ANN),
        ("admin@localhost", "admin@localhost"),
        ("a.b+c_d-e@sub.example.org", "a.b+c_d-e@sub.example.org"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("x" * 64 + "@example.org", "x" * 64 + "@example.org"),
    ],
)
def test_an_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert normal_email(written) == kept


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "ann",
            "ann@",
            "@example.org",
            "a b@example.org",
            '"a b"@example.org',
            "a@b@c",
            "a@[127.0.0.1]",
        ),
        *("a..b@c.de", ".a@b.c", "a@b..c", "a@-b.c", "a@b-.c", "a@b.c.", "a(x)@b.c", "a@b.c, d@e.f"),
        *("Ann <ann@example.org>", "a@b.c\r\nBcc: x@y.z", "é@example.org", "a@é.example", "a@b.c\0"),
        *("a\u200b@b.c", "a\ud800@b.c", "x" * 65 + "@b.c", "a@" + "b" * 64 + ".c", "a@" + "b." * 127 + "c"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail) as caught:
        normal_email(text)
    assert caught.value.field == "email"


def test_no_text_at_all_breaks_the_check() -> None:
    chance = random.Random(7)
    letters = [*'ab.@@"()<>[]\\,;: \t\r\n%-_=?*', "\0", "é", "\u2028", "\ud83d", "ﬀ"]
    for _ in range(5_000):
        text = "".join(chance.choices(letters, k=chance.randrange(1, 20)))
        try:
            kept = normal_email(text)
        except InvalidEmail:
            continue
        assert normal_email(kept) == kept
        assert kept.count("@") == 1


@pytest.mark.parametrize("password", ["correct horse", "pässwörter", " spaces ", "12345678", "x" * 255 + "y"])
def test_length_is_what_counts_of_a_password(password: str) -> None:
    assert checked_password(password, email=ANN) == password


@pytest.mark.parametrize("password", ["", "1234567", "x" * 257, "aaaaaaaaaa", ANN, ANN.upper()])
def test_a_password_that_anybody_would_guess_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword) as caught:
        checked_password(password, email=ANN)
    assert caught.value.field == "password"
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize("kind", TokenKind)
def test_a_token_is_known_by_its_checksum_and_only_as_its_kind(kind: TokenKind) -> None:
    chance = random.Random(8)
    for _ in range(100):
        token = write_token(kind, chance.randbytes(RANDOM_BYTES))
        assert token.startswith(kind.prefix)
        assert [one for one in TokenKind if is_token(token, one)] == [kind]
        place = chance.randrange(len(token))
        other = chance.choice([letter for letter in ALPHABET if letter != token[place]])
        assert not is_token(token[:place] + other + token[place + 1 :], kind)
