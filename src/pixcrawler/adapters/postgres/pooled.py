"""Connections through a pooler that hands each transaction to another session (pgbouncer, Supavisor).

Nothing may be left in a session, or counted on there: no prepared statements with a name, no settings at
the start of a connection (pgbouncer refuses them), no LISTEN, no advisory lock beyond a transaction.
"""

from typing import Any

import asyncpg
from asyncpg.transaction import Transaction


def pooled_connection(*, statement_timeout: float, idle_timeout: float) -> dict[str, Any]:
    """What ``asyncpg.connect`` is called with, by SQLAlchemy. Times in seconds; 0: no limit.

    Statements have no name: asyncpg then sends them again with each use, in one piece, wherever that piece
    ends up, and no session keeps any.
    """
    limits = {"statement_timeout": statement_timeout, "idle_in_transaction_session_timeout": idle_timeout}
    settings = [f"SET LOCAL {name} = {int(seconds * 1000)}" for name, seconds in limits.items()]

    class Limited(Transaction):  # type: ignore[misc]
        """One that begins with what a session of our own has from its start."""

        async def start(self) -> None:
            await super().start()
            await self._connection.execute("; ".join([*settings, "SET LOCAL timezone = 'UTC'"]))

    class Connection(asyncpg.Connection):  # type: ignore[misc]
        def transaction(
            self, *, isolation: str | None = None, readonly: bool = False, deferrable: bool = False
        ) -> Transaction:
            self._check_open()
            return Limited(self, isolation, readonly, deferrable)

    return {
        "connection_class": Connection,
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": lambda: "",
        "server_settings": {"application_name": "pixcrawler"},
    }
