"""Judging a crawl from outside: by SQL, by the files of the store, by the web's access log."""

import asyncio
import contextlib
import hashlib
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from tests.servers.pictures import Corpus, PictureWeb

PATIENCE = 30.0
"""Seconds: several leases of the tests' workers."""
OPEN_TASKS = """
    select name, state, failures, last_error from outbox
    where state in ('pending', 'running', 'failed') and occasion is null
"""


@dataclass(frozen=True)
class Judge:
    """Sees what is there, and nothing of what any program says about it."""

    database_url: str
    objects: Path
    web: PictureWeb

    async def ask(self, sql: str, *values: object) -> list[Any]:
        connection = await asyncpg.connect(self.database_url)
        try:
            rows: list[Any] = await connection.fetch(sql, *values)
            return rows
        finally:
            await connection.close()

    async def one(self, sql: str, *values: object) -> Any:
        return (await self.ask(sql, *values))[0][0]

    async def faults_of(self, job: UUID, corpus: Corpus, *, max_images: int, fetches: int) -> list[str]:
        """What is wrong with a finished job, in sentences; nothing, if it went as it should.

        ``fetches`` is how often one URL may have been asked for.
        """
        wrong: list[str] = []
        wrong += await self._counts(job, corpus, max_images)
        wrong += await self._stored(job)
        wrong += await self._tasks()
        often = {name: count for name, count in self.web.fetched.items() if count > fetches}
        if often:
            wrong.append(f"fetched more than {fetches} times: {often}")
        return wrong

    async def _counts(self, job: UUID, corpus: Corpus, max_images: int) -> list[str]:
        (row,) = await self.ask("select * from crawl_jobs where id = $1", job)
        reasons = Counter(msgspec.json.decode(row["reasons"]))
        images = await self.one("select count(*) from images where job_id = $1 and state = 'accepted'", job)
        fates = await self.ask(
            "select state, reason, count(*) as number from candidates where job_id = $1 group by 1, 2", job
        )
        good = sum(fate["number"] for fate in fates if fate["state"] == "good")
        rejected = Counter({f["reason"]: f["number"] for f in fates if f["state"] == "rejected"})
        wanted = min(max_images, corpus.good)
        told: dict[str, tuple[object, object]] = {
            "status": (row["status"], "completed"),
            "candidates": (row["found"], good + rejected.total()),
            "accepted, as the job says": (row["accepted"], wanted),
            "accepted images": (images, wanted),
            "good candidates": (good, wanted),
            "rejected by reason": (reasons, rejected),
            "accepted and rejected": (row["accepted"] + reasons.total(), row["found"]),
        }
        if max_images >= corpus.good:
            told["candidates of the list"] = (row["found"], len(corpus.names))
            told["reasons"] = (dict(reasons), dict(corpus.rejected))
        return [f"{what}: {have}, not {want}" for what, (have, want) in told.items() if have != want]

    async def _stored(self, job: UUID) -> list[str]:
        """Also rejected pictures have an object as long as their row is there."""
        wrong = []
        rows = await self.ask("select key, sha256, bytes, state from images where job_id = $1", job)
        if len({row["sha256"] for row in rows}) != len(rows):
            wrong.append("one picture has two rows")
        for row in rows:
            path = self.objects / row["key"]
            if not path.is_file():
                wrong.append(f"{row['state']} image without an object: {row['key']}")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
                wrong.append(f"object with other bytes than its row says: {row['key']}")
        return wrong

    async def faults_of_archive(self, export: UUID, images: int) -> list[str]:
        """An export in the store against its row and itself. What dead workers left is private to nobody's
        row and complete, or not there."""
        (row,) = await self.ask("select key, digest, bytes, images from exports where id = $1", export)
        path = self.objects / row["key"]
        data = path.read_bytes()
        told: dict[str, tuple[object, object]] = {
            "digest": (row["digest"], hashlib.sha256(data).hexdigest()),
            "bytes": (row["bytes"], len(data)),
            "images": (row["images"], images),
            "damaged": (zipfile.ZipFile(path).testzip(), None),
        }
        wrong = [f"{what}: {have}, not {want}" for what, (have, want) in told.items() if have != want]
        others = [one for one in path.parent.iterdir() if one != path]
        wrong += [f"half an archive: {one.name}" for one in others if one.read_bytes() != data]
        return wrong + await self._tasks()

    async def _tasks(self) -> list[str]:
        """The owner is told after the job has ended: a worker that died at that is followed by another when
        its lease has ended."""
        rows: list[Any] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    rows = await self.ask(OPEN_TASKS)
                    if all(row["state"] == "failed" for row in rows):
                        break
                    await asyncio.sleep(0.1)
        chunks = await self.one("select count(*) from chunks where status in ('pending', 'active')")
        left = [f"task left behind: {dict(row)}" for row in rows]
        return left + ([f"{chunks} chunks left open"] if chunks else [])


def faults_of_folder(folder: Path, images: int) -> list[str]:
    """A dataset folder against its own checksums and manifest."""
    wrong = []
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            wrong.append(f"{name} is not what SHA256SUMS says")
    rows = (folder / "manifest.jsonl").read_text().splitlines()
    if len(rows) != images:
        wrong.append(f"{len(rows)} rows in the manifest, not {images}")
    if not (folder / "report.html").is_file():
        wrong.append("no report")
    if left := [path.name for path in folder.glob(".pixcrawler-*")]:
        wrong.append(f"left in the folder: {left}")
    return wrong
