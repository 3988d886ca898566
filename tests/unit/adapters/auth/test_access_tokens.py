"""Which tokens open something: few. Each line of ``REFUSED`` is a way in that others left open."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.adapters.auth.access_tokens import LIFE, MOST, AccessTokens
from pixcrawler.adapters.auth.published_keys import PublishedKeys
from pixcrawler.adapters.auth.token_rules import LONGEST, TokenRules
from pixcrawler.domain.identity.errors import InvalidToken
from tests.fakes.clock import StandingClock
from tests.servers.gotrue_keys import SECRET, SigningKey
from tests.unit.adapters.auth.forgery import (
    EC,
    GONE,
    ISSUER,
    RSA,
    STRANGE,
    USER,
    Hands,
    Publisher,
    by_public_key,
    checker,
    claims,
    ends,
    part,
    shared,
    unsigned,
)

Forge = Callable[[], str]


def good() -> str:
    return EC.sign(claims())


def with_claims(**changes: Any) -> Forge:
    return lambda: EC.sign(claims(**changes))


def with_header(**more: Any) -> Forge:
    return lambda: EC.sign(claims(), **more)


def later(seconds: int, *names: str) -> Forge:
    return lambda: EC.sign(claims(**dict.fromkeys(names, int(time.time()) + seconds)))


def with_another_header(header: dict[str, Any]) -> Forge:
    """A good signature under another header than it was made for."""
    return lambda: ".".join([part(header), *good().split(".")[1:]])


REFUSED: dict[str, Forge] = {
    "alg none": lambda: unsigned("none"),
    "alg None": lambda: unsigned("None"),
    "alg nOnE with a signature": lambda: unsigned("nOnE", good().split(".")[2]),
    "HS256 by the public key": by_public_key,
    "HS256 where no secret is set": shared,
    "alg of no list": lambda: jwt.encode(claims(), SECRET * 2, algorithm="HS512", headers={"kid": "ec"}),
    "alg of another key": lambda: RSA.sign(claims(), kid="ec"),
    "no alg": with_another_header({"typ": "JWT", "kid": "ec"}),
    "jwk in the header": lambda: STRANGE.sign(claims(), jwk=STRANGE.published),
    "jku in the header": with_header(jku="https://evil.example/jwks.json"),
    "x5u in the header": with_header(x5u="https://evil.example/cert.pem"),
    "x5c in the header": with_header(x5c=["MIIB"]),
    "kid that is a path": with_header(kid="../../../../dev/null"),
    "kid that is SQL": with_header(kid="ec' UNION SELECT 'key' --"),
    "kid that is empty": with_header(kid=""),
    "kid that is a number": with_another_header({"alg": "ES256", "kid": 1}),
    "no kid": with_another_header({"alg": "ES256", "typ": "JWT"}),
    "crit": with_header(crit=["exp"], exp=1),
    "b64": with_another_header({"alg": "ES256", "kid": "ec", "b64": False, "crit": ["b64"]}),
    "typ of something else": with_header(typ="dpop+jwt"),
    "no exp": with_claims(exp=GONE),
    "no sub": with_claims(sub=GONE),
    "no aud": with_claims(aud=GONE),
    "no iss": with_claims(iss=GONE),
    "aud of others": with_claims(aud=["anon", "admin"]),
    "aud empty": with_claims(aud=[]),
    "exp 31 s ago": lambda: EC.sign(ends(-31)),
    "exp that is no number": with_claims(exp="soon"),
    "exp beyond time": with_claims(exp=1e300),
    "exp without end": with_claims(exp=float("inf")),
    "nbf ahead": later(120, "nbf"),
    "iat far ahead": later(86_400, "iat"),
    "no signature": lambda: good().rpartition(".")[0] + ".",
    "signature left out": lambda: good().rpartition(".")[0],
    "three dots": lambda: good() + ".x",
    "a megabyte": with_claims(filler="x" * 2**20),
    "a megabyte of dots": lambda: "." * 2**20,
    "the anon key": with_claims(role="anon", sub=GONE),
    "anon as a user": with_claims(role="anon"),
    "the service role": with_claims(role="service_role"),
    "no role": with_claims(role=GONE),
    "somebody anonymous": with_claims(is_anonymous=True),
    "another project": lambda: STRANGE.sign(claims()),
    "another project's issuer": with_claims(iss="https://other.example.org/auth/v1"),
    "issuer with more behind it": with_claims(iss=f"{ISSUER}/"),
    "sub that is no UUID": with_claims(sub="ann"),
    "sub in another spelling": with_claims(sub=f"{{{USER}}}"),
    "sub that is a number": with_claims(sub=7),
    "deep header": lambda: f"{part(b'[' * 9_000)}.{part(claims())}.{'A' * 86}",
    "header that is a list": with_another_header([]),  # type: ignore[arg-type]
    "header that is no JSON": lambda: f"{part(b'{')}.{part(claims())}.{'A' * 86}",
    "blanks around it": lambda: f" {good()} ",
    "line end behind it": lambda: f"{good()}\n",
    "padding": lambda: f"{good()}=",
    "other digits": lambda: good() + "\u0663",
    "claims of another token": lambda: ".".join(
        [good().split(".")[0], part(claims(sub=str(uuid.uuid4()))), good().split(".")[2]]
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("secret", [None, "another-secret-of-at-least-32-characters"])
async def test_a_forged_token_opens_nothing(kind: str, secret: str | None) -> None:
    token = REFUSED[kind]()
    with pytest.raises(InvalidToken) as caught:
        await checker(secret=secret).verify(token)
    assert str(caught.value) == str(InvalidToken())
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("key", [EC, RSA])
async def test_a_token_has_one_spelling(key: SigningKey) -> None:
    tokens, token = checker(), key.sign(claims())
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in letters.replace(token[-1], ""):
        with pytest.raises(InvalidToken):
            await tokens.verify(token[:-1] + letter)


@pytest.mark.parametrize("key", [EC, RSA])
async def test_a_token_by_a_published_key_is_good(key: SigningKey) -> None:
    person = await checker().verify(key.sign(claims()))
    assert (str(person.id), person.email, person.name) == (USER, "ann@example.org", "Ann")
    assert not person.recovering


async def test_a_token_by_the_secret_is_good_where_one_is_set() -> None:
    tokens = checker(secret=SECRET, publisher=Publisher())
    assert str((await tokens.verify(shared())).id) == USER
    for token in (shared("another-secret-of-at-least-32-characters"), shared(role="service_role")):
        with pytest.raises(InvalidToken):
            await tokens.verify(token)


@pytest.mark.parametrize(
    "token",
    [
        with_claims(aud=["other", "authenticated"]),
        lambda: EC.sign(ends(-25)),
        later(20, "nbf", "iat"),
        with_claims(iat=GONE, email=GONE, user_metadata=GONE, amr=GONE, is_anonymous=GONE),
        with_claims(email="", user_metadata=[], amr="odd"),
        with_claims(user_metadata={"name": 7}, amr=["password", {"method": "otp"}, {"timestamp": "x"}]),
        with_header(typ="jwt"),
    ],
)
async def test_what_a_good_token_may_also_look_like(token: Forge) -> None:
    assert str((await checker().verify(token())).id) == USER


async def test_a_person_without_an_address_or_a_name_has_none() -> None:
    person = await checker().verify(EC.sign(claims(email="", user_metadata={"name": " "})))
    assert (person.email, person.name) == (None, None)
    named = await checker().verify(EC.sign(claims(user_metadata={"full_name": " Ann Lee "})))
    assert named.name == "Ann Lee"


@pytest.mark.parametrize(
    ("method", "age", "recovering"),
    [("otp", 60, True), ("recovery", 60, True), ("otp", 7200, False), ("password", 60, False)],
)
async def test_a_login_by_mail_counts_as_a_reset_for_an_hour(method: str, age: int, recovering: bool) -> None:
    began = int(time.time()) - age
    token = EC.sign(claims(amr=[{"method": method, "timestamp": began}]))
    assert (await checker().verify(token)).recovering is recovering


@pytest.mark.parametrize(
    ("amr", "logged_in"),
    [
        (None, None),
        ([], None),
        (["password"], None),
        ([{"method": "password"}], None),
        ([{"method": "password", "timestamp": 1_000}, {"method": "totp", "timestamp": 2_000}], 2_000),
    ],
)
async def test_when_its_person_proved_who_they_are_stands_in_a_token(
    amr: object, logged_in: int | None
) -> None:
    person = await checker().verify(EC.sign(claims(amr=amr)))
    found = person.logged_in_at
    assert (None if found is None else found.timestamp()) == logged_in


async def test_a_time_that_nobody_has_makes_a_bad_token() -> None:
    with pytest.raises(InvalidToken):
        await checker().verify(EC.sign(claims(amr=[{"method": "password", "timestamp": 10**18}])))


@given(st.text(max_size=200) | st.text("eyJ.-_=abc0123", max_size=200))
async def test_no_text_at_all_makes_it_stumble(text: str) -> None:
    with pytest.raises(InvalidToken):
        await checker().verify(text)


async def test_a_token_with_many_claims_is_read_up_to_a_length() -> None:
    large, too_large = (EC.sign(claims(filler="x" * size)) for size in (LONGEST // 2, LONGEST))
    assert str((await checker().verify(large)).id) == USER
    with pytest.raises(InvalidToken):
        await checker().verify(too_large)


class Recall:
    """Tokens whose keys can be taken away, by two clocks that stand still."""

    def __init__(self) -> None:
        self.hands, self.clock, self.publisher = Hands(), StandingClock(), Publisher(EC)
        self.clock.at = self.clock.at.fromtimestamp(time.time(), self.clock.at.tzinfo)
        rules = TokenRules(audience="authenticated", issuer=ISSUER)
        self.tokens = AccessTokens(
            rules, PublishedKeys(self.publisher, self.hands), clock=self.clock, ticks=self.hands
        )


async def test_a_good_token_is_remembered_for_a_moment_and_not_beyond_its_end() -> None:
    recall = Recall()
    token = EC.sign(ends(60))
    first = await recall.tokens.verify(token)
    assert await recall.tokens.verify(token) is first
    recall.hands.at += LIFE
    assert await recall.tokens.verify(token) is not first
    recall.clock.pass_by(91)
    second = await recall.tokens.verify(token)  # by the machine's clock it is still good
    assert await recall.tokens.verify(token) is not second


async def test_bad_tokens_push_no_good_one_out_and_good_ones_are_bounded() -> None:
    recall = Recall()
    token = EC.sign(claims())
    first = await recall.tokens.verify(token)
    for n in range(MOST + 1):
        with pytest.raises(InvalidToken):
            await recall.tokens.verify(f"{token}x{n}")
    assert await recall.tokens.verify(token) is first
