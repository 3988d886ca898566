"""Runs that look at stored pictures, their chunks, and whose jobs are made with which level."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import ValidationChunkRow, ValidationLevelRow, ValidationRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.domain.imaging.errors import ValidationNotFound
from pixcrawler.domain.imaging.validation import DefaultLevel, RunStatus, ValidationChunk, ValidationRun
from pixcrawler.domain.shared.ids import UserId, ValidationId
from pixcrawler.domain.shared.validation import Validation, ValidationMode

OPEN = (RunStatus.PENDING, RunStatus.RUNNING)
SET_LEVEL = text(
    """
    INSERT INTO validation_levels (id, level, mode) VALUES (:owner, :level, :mode)
    ON CONFLICT (id) DO UPDATE SET level = excluded.level, mode = excluded.mode, updated_at = now()
    """
)


class PostgresValidations(Repository[ValidationRun, ValidationRow]):
    """Runs, one row each."""

    row = ValidationRow
    struct = ValidationRun
    missing = ValidationNotFound

    async def open_of(self, owner: UserId) -> int:
        return await self.count(ValidationRow.owner_id == owner, ValidationRow.status.in_(OPEN))


class PostgresValidationChunks(Repository[ValidationChunk, ValidationChunkRow]):
    """Chunks, one row each."""

    row = ValidationChunkRow
    struct = ValidationChunk
    missing = ValidationNotFound

    async def add_all(self, chunks: Sequence[ValidationChunk]) -> None:
        if chunks:
            rows = [{**self.columns(chunk), "images": list(chunk.images)} for chunk in chunks]
            await self.session.execute(insert(table_of(ValidationChunkRow)), rows)

    async def forget(self, validation: ValidationId) -> None:
        of_it = ValidationChunkRow.validation_id == validation
        await self.session.execute(delete(ValidationChunkRow).where(of_it))


class PostgresValidationLevels:
    """See the port. Who never set one has the usual one."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, owner: UserId) -> DefaultLevel:
        wanted = select(ValidationLevelRow.level, ValidationLevelRow.mode)
        row = (await self._session.execute(wanted.where(ValidationLevelRow.id == owner))).first()
        if row is None:
            return DefaultLevel()
        return DefaultLevel(level=Validation(row.level), mode=ValidationMode(row.mode))

    async def set(self, owner: UserId, level: DefaultLevel) -> None:
        values = {"owner": owner, "level": level.level, "mode": level.mode}
        await self._session.execute(SET_LEVEL, values)
