"""All that is kept about whoever asks."""

from collections.abc import AsyncIterator

from pixcrawler.application.ports.own_data import OwnData
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor


@use_case
class ExportOwnData:
    """One JSON object with a list for each section, in pieces. Pictures are had through exports of datasets.

    Raises:
        Unavailable
    """

    data: OwnData
    transaction: Transaction

    async def __call__(self, *, by: Actor) -> AsyncIterator[bytes]:
        async with self.transaction() as tx:
            tx.audit(Act.ACCOUNT_EXPORTED, by.id, by=by, owner=by.id)
            await tx.commit()
        return self._pieces(by)

    async def _pieces(self, by: Actor) -> AsyncIterator[bytes]:
        yield b"{"
        for number, section in enumerate(self.data.sections()):
            yield b'%s\n"%s": [' % (b"," if number else b"", section.encode())
            first = True
            async for row in self.data.rows(section, by.id):
                yield b"\n  " + row if first else b",\n  " + row
                first = False
            yield b"\n]"
        yield b"\n}\n"
