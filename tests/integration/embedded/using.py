"""What the tests do with a server once they have its URL."""

from typing import Any

import asyncpg
from redis.asyncio import Redis


async def ask(database_url: str, question: str, *values: Any) -> Any:
    connection = await asyncpg.connect(database_url, timeout=5)
    try:
        return await connection.fetchval(question, *values)
    finally:
        await connection.close()


async def note(database_url: str, redis_url: str, word: str) -> None:
    """Store a word in both."""
    await ask(database_url, "create table if not exists words (word text)")
    await ask(database_url, "insert into words values ($1)", word)
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.set("word", word)


async def noted(database_url: str, redis_url: str) -> tuple[str, str]:
    """The word that each of both has."""
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        return await ask(database_url, "select max(word) from words"), await redis.get("word")
