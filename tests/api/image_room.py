"""A settled job with real files, its owner and a stranger, each with a key; looked at over HTTP."""

from collections.abc import AsyncIterator

import httpx
from sqlalchemy import text

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.domain.identity.api_key import KeyRequest
from pixcrawler.domain.imaging.thumbnails import thumbnail_key
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import CandidateId, UserId
from tests.api.conftest import Api, open_client
from tests.contract.stages import PostgresStage, Scene, ids
from tests.contract.test_settling import settle
from tests.fakes.aggregates import AT, sha

FILE = bytes(range(256)) * 1_000


class ImageRoom:
    """``client`` asks as the owner unless it is told another key."""

    client: httpx.AsyncClient

    def __init__(self, api: Api, stage: PostgresStage, play: Scene, key: dict[str, CandidateId]) -> None:
        self.app, self.stage, self.play, self.image = api.app, stage, play, key
        self.job = f"/api/v1/jobs/{play.job.id}"
        self._keys: dict[tuple[UserId, frozenset[str]], dict[str, str]] = {}

    async def key_of(self, owner: UserId, *scopes: str) -> dict[str, str]:
        """Always the same one."""
        wanted = KeyRequest(name="test", scopes=frozenset(scopes or ("*",)))
        if (owner, wanted.scopes) not in self._keys:
            issued = await self.app.api_keys.issue(wanted, by=Actor(owner, Role.USER))
            self._keys[owner, wanted.scopes] = {"authorization": f"Bearer {issued.key}"}
        return self._keys[owner, wanted.scopes]

    async def stranger(self) -> dict[str, str]:
        somebody = self.stage.make.profile()
        async with self.stage.transaction() as tx:
            await tx.profiles.add(somebody)
            await tx.commit()
        return await self.key_of(somebody.id)

    async def play_file(self, data: bytes) -> None:
        """Let these be the bytes of picture 1, which d and a show."""
        await self.app.imaging.store.put(f"pictures/{sha(1)}", data)
        async with self.stage.engine.begin() as connection:
            await connection.execute(
                text("UPDATE images SET bytes = :bytes WHERE sha256 = :sha"),
                {"bytes": len(data), "sha": sha(1)},
            )

    def path(self, name: str, what: str = "") -> str:
        return f"/api/v1/images/{self.image[name]}{what}"


async def settled_room(api: Api, stage: PostgresStage) -> ImageRoom:
    """Images d and e are accepted, a is the same as d, b near to e, c a dead link, f was never asked for."""
    play, reasons = await settle(stage)
    async with stage.transaction() as tx:
        job = await tx.crawl_jobs.locked(play.job.id)
        job.complete(accepted=2, reasons=reasons, at=AT)
        job.found = 6
        await tx.crawl_jobs.save(job)
        await tx.commit()
    return ImageRoom(api, stage, play, await ids(stage, play))


async def image_room(api: Api) -> AsyncIterator[ImageRoom]:
    """With people and images of its own; the API and its database may be shared by many rooms."""
    engine = open_engine(PostgresConfig(url=api.database_url, pool_size=2))
    room = await settled_room(api, PostgresStage(engine, api.database_url))
    async with open_client(api.litestar) as room.client:
        room.client.headers.update(await room.key_of(room.play.job.owner_id))
        yield room
    for key in (f"pictures/{sha(1)}", thumbnail_key(f"pictures/{sha(1)}")):
        await api.app.imaging.store.delete(key)
    await engine.dispose()
