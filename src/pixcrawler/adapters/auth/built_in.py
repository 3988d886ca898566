"""The auth provider of one machine: passwords and revocable sessions in the platform's own database.

Tokens are opaque; their SHA-256 alone is kept. It sends no mail, so an address is taken as confirmed and
passwords are reset by the operator. For development and tests: production has Supabase.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from pixcrawler.adapters.auth.passwords import Passwords
from pixcrawler.application.ports.account_store import AccountStore, KeptAccount, Tokens
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.identity_provider import Account, Person, Session, SignUp
from pixcrawler.domain.identity.credentials import checked_password, normal_email
from pixcrawler.domain.identity.errors import (
    AccountNotFound,
    InvalidEmail,
    InvalidToken,
    ResetUnavailable,
    TooManyAttempts,
    WrongCredentials,
)
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, key_digest
from pixcrawler.domain.identity.token_text import TokenKind, is_token, write_token
from pixcrawler.domain.shared.errors import Disabled
from pixcrawler.domain.shared.ids import UserId

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=30)
TRIES = 10
"""Wrong passwords for one address, account or not, within ``TRIES_WITHIN`` seconds."""
TRIES_WITHIN = 60.0
ENVIRONMENTS = ("development", "test")


class BuiltInRefused(Disabled):
    """Production's accounts are Supabase's."""

    code = "BUILT_IN_REFUSED"


class BuiltInProvider:
    """See the port.

    Raises BuiltInRefused in any other ``environment`` than development and test.
    """

    def __init__(
        self,
        store: AccountStore,
        *,
        environment: str,
        clock: Clock,
        new_id: NewId,
        random: RandomBytes,
        passwords: Passwords,
    ) -> None:
        if environment not in ENVIRONMENTS:
            raise BuiltInRefused(
                f"The built-in auth provider is not for {environment}: set SUPABASE_URL, SUPABASE_ANON_KEY "
                "and SUPABASE_SERVICE_ROLE_KEY."
            )
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._passwords = passwords

    async def verify(self, token: str) -> Person:
        if not is_token(token, TokenKind.ACCESS):
            raise InvalidToken
        person = await self._store.person(key_digest(token), at=self._clock.now())
        if person is None:
            raise InvalidToken
        return person

    async def sign_up(
        self,
        email: str,
        password: str,
        *,
        name: str | None,
        address: str | None = None,  # noqa: ARG002 -- attempts are counted by account here
    ) -> SignUp:
        kept = await self._added(email, password, name)
        return SignUp(account=kept.account, session=await self._begun(kept))

    async def log_in(self, email: str, password: str, *, address: str | None = None) -> Session:  # noqa: ARG002
        who = _who(email)
        at = self._clock.now()
        tried = await self._store.attempt(who, at=at, within=TRIES_WITHIN)
        if tried.count > TRIES:
            raise TooManyAttempts(max(1, round(TRIES_WITHIN - (at - tried.since).total_seconds())))
        kept = await self._kept(email)
        if kept is None:
            await self._passwords.fits_nobody(password)
            raise WrongCredentials
        if not await self._passwords.fits(password, kept.password):
            raise WrongCredentials
        await self._store.forgive(who)
        return await self._begun(await self._renewed(kept, password))

    async def refresh(self, refresh_token: str, *, address: str | None = None) -> Session:  # noqa: ARG002
        if not is_token(refresh_token, TokenKind.REFRESH):
            raise InvalidToken
        access, refresh, tokens = self._made()
        account = await self._store.renew(key_digest(refresh_token), tokens, at=self._clock.now())
        if account is None:
            raise InvalidToken
        return Session(
            access_token=access, refresh_token=refresh, expires_at=tokens.access_until, account=account
        )

    async def log_out(self, access_token: str) -> None:
        if not is_token(access_token, TokenKind.ACCESS):
            raise InvalidToken
        await self._store.end(key_digest(access_token))

    async def request_reset(self, email: str, *, address: str | None = None) -> None:  # noqa: ARG002 -- the same for all
        raise ResetUnavailable(
            "This installation sends no mail: ask its operator, who can run "
            "`pixcrawler admin reset_password EMAIL`."
        )

    async def change_password(self, access_token: str, new: str) -> Account:
        person = await self.verify(access_token)
        hashed = await self._checked_hash(new, person.email or "")
        changed = await self._store.set_password(person.id, hashed, sparing=key_digest(access_token))
        if changed is None:
            raise InvalidToken
        return changed

    async def accounts(self, *, page: int, size: int) -> Sequence[Account]:
        return await self._store.listed(page=page, size=size)

    async def account(self, account_id: UserId) -> Account:
        return (await self._there(account_id)).account

    async def create_account(self, email: str, password: str, *, name: str | None) -> Account:
        return (await self._added(email, password, name)).account

    async def set_password(self, account_id: UserId, new: str) -> None:
        kept = await self._there(account_id)
        hashed = await self._checked_hash(new, kept.account.email)
        if await self._store.set_password(account_id, hashed, sparing=None) is None:
            raise _no_account(account_id)

    async def delete_account(self, account_id: UserId) -> None:
        await self._store.delete(account_id)

    async def _added(self, email: str, password: str, name: str | None) -> KeptAccount:
        address = normal_email(email)
        account = Account(
            id=UserId(self._new_id()),
            email=address,
            email_confirmed=True,
            name=name,
            created_at=self._clock.now(),
            last_login_at=None,
        )
        kept = KeptAccount(account=account, password=await self._checked_hash(password, address))
        await self._store.add(kept)
        return kept

    async def _begun(self, kept: KeptAccount) -> Session:
        access, refresh, tokens = self._made()
        at = self._clock.now()
        owner = kept.account.id
        if not await self._store.begin(self._new_id(), owner, tokens, password=kept.password, at=at):
            raise WrongCredentials  # changed or deleted since it was looked at
        return Session(
            access_token=access, refresh_token=refresh, expires_at=tokens.access_until, account=kept.account
        )

    async def _renewed(self, kept: KeptAccount, password: str) -> KeptAccount:
        """With its hash made anew, when it was made with older parameters."""
        if not self._passwords.is_old(kept.password):
            return kept
        better = KeptAccount(account=kept.account, password=await self._passwords.hash(password))
        await self._store.rehash(kept.account.id, better.password, instead_of=kept.password)
        return better

    def _made(self) -> tuple[str, str, Tokens]:
        access = write_token(TokenKind.ACCESS, self._random(RANDOM_BYTES))
        refresh = write_token(TokenKind.REFRESH, self._random(RANDOM_BYTES))
        at = self._clock.now()
        tokens = Tokens(
            access=key_digest(access),
            access_until=at + ACCESS_LIFE,
            refresh=key_digest(refresh),
            refresh_until=at + REFRESH_LIFE,
        )
        return access, refresh, tokens

    async def _checked_hash(self, password: str, email: str) -> str:
        return await self._passwords.hash(checked_password(password, email=email))

    async def _kept(self, email: str) -> KeptAccount | None:
        try:
            return await self._store.with_email(normal_email(email))
        except InvalidEmail:
            return None

    async def _there(self, account_id: UserId) -> KeptAccount:
        kept = await self._store.with_id(account_id)
        if kept is None:
            raise _no_account(account_id)
        return kept


def _no_account(account_id: UserId) -> AccountNotFound:
    return AccountNotFound(f"There is no account {account_id}.")


def _who(email: str) -> bytes:
    """An address by its digest: what people mistype there is nobody's to read."""
    return hashlib.sha256(email.strip().lower().encode("utf-8", "surrogatepass")).digest()
