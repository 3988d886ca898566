"""Profiles of people, at first sight and ever after."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import alone, translating
from pixcrawler.application.ports.people import Somebody
from pixcrawler.domain.identity.profile import LONGEST_NAME
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId

KNOWN = text("SELECT role, email, given_name FROM profiles WHERE id = :id")
PROFILE = text(
    """
    INSERT INTO profiles (id, name, given_name, email, role)
    SELECT :id, :name, :given_name, :email, 'user'
    WHERE NOT EXISTS (SELECT FROM deleted_profiles WHERE id = :id)
    ON CONFLICT (id) DO NOTHING
    """
)
FOLLOW = text(
    """
    UPDATE profiles SET
        email = coalesce(:email, email),
        name = CASE WHEN given_name IS DISTINCT FROM CAST(:given_name AS text)
                    THEN coalesce(:given_name, name) ELSE name END,
        given_name = coalesce(:given_name, given_name),
        updated_at = now()
    WHERE id = :id AND NOT EXISTS (SELECT FROM deleted_profiles WHERE id = :id)
    RETURNING role
    """
)
BELONGING = tuple(
    text(f"INSERT INTO {table} (id) VALUES (:id) ON CONFLICT (id) DO NOTHING")  # noqa: S608 -- ours
    for table in ("credit_accounts", "notification_preferences")
)

UNFORGOTTEN = text("SELECT id FROM deleted_profiles WHERE NOT forgotten ORDER BY deleted_at LIMIT :most")
FORGOTTEN = text("UPDATE deleted_profiles SET forgotten = true WHERE id = :id")


class PostgresPeople:
    """See the port. One query for those who are known and have not changed."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._alone = alone(engine)

    async def seen(self, person: Somebody) -> Role | None:
        given = _given(person)
        with translating():
            async with self._alone.connect() as connection:
                found = (await connection.execute(KNOWN, {"id": person.id})).one_or_none()
            if found is not None:
                told = (person.email or found.email, given or found.given_name)
                if told == (found.email, found.given_name):
                    return Role(found.role)
            return await self._followed(person, given)

    async def unforgotten(self, *, most: int) -> Sequence[UserId]:
        with translating():
            async with self._alone.connect() as connection:
                return [UserId(one) for one in await connection.scalars(UNFORGOTTEN, {"most": most})]

    async def forgotten(self, user_id: UserId) -> None:
        with translating():
            async with self._alone.connect() as connection:
                await connection.execute(FORGOTTEN, {"id": user_id})

    async def _followed(self, person: Somebody, given: str | None) -> Role | None:
        """FOLLOW looks for the deleted again: the one who deletes may have committed while PROFILE waited."""
        email = person.email
        name = given or (email.partition("@")[0] if email else f"user {person.id}")
        values = {"id": person.id, "name": name, "given_name": given, "email": email}
        async with self._engine.connect() as connection:
            await connection.execute(PROFILE, values)
            role = (await connection.execute(FOLLOW, values)).scalar()
            if role is None:
                return None
            for statement in BELONGING:
                await connection.execute(statement, values)
            await connection.commit()
        return Role(role)


def _given(person: Somebody) -> str | None:
    """Names of those without an address are unique, and for this machine's own."""
    if person.name is None or person.email is None:
        return None
    printable = "".join(letter for letter in person.name if letter.isprintable())
    return printable.strip()[:LONGEST_NAME].strip() or None
