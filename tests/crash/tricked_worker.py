"""A worker that dies at one exact step, or does not hear that its lease is gone.

``python -m tests.crash.tricked_worker --out DIR [--die POINT:NTH] [--deaf] [--unfenced]``. The tricks are
adapters round the ports of an application that is open; what is served, and how, is the real worker.
"""

import argparse
import asyncio
import dataclasses
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Beat, ClaimedTask, TaskQueue
from pixcrawler.bootstrap.app import App
from pixcrawler.bootstrap.logs import set_up_logs
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.entrypoints.worker.main import serve
from pixcrawler.settings import load_settings

DIED = 77
T = TypeVar("T")


class Deaths:
    """Ends the process, as a power cut would, at the nth time a point is passed."""

    def __init__(self, spec: str) -> None:
        self._point, _, nth = spec.partition(":")
        self._nth = int(nth or 1)
        self._passed: Counter[str] = Counter()

    def at(self, point: str) -> None:
        self._passed[point] += 1
        if point == self._point and self._passed[point] == self._nth:
            os._exit(DIED)


class Around:
    """Hands on everything that it does not do itself."""

    def __init__(self, real: Any, deaths: Deaths, name: str = "") -> None:
        self._real = real
        self._deaths = deaths
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Queue(Around):
    deaf = False

    async def claim(self, queue: str, lane: str, *, worker: str, lease: timedelta) -> ClaimedTask | None:
        task: ClaimedTask | None = await self._real.claim(queue, lane, worker=worker, lease=lease)
        if task is not None:
            self._deaths.at("claimed")
            self._deaths.at(f"claimed {task.name.rpartition('.')[2]}")
        return task

    async def beat(self, lease: Lease, *, extend: timedelta) -> Beat:
        answer: Beat = await self._real.beat(lease, extend=extend)
        return Beat(held=True, current=True) if self.deaf else answer


class Store(Around):
    async def keep(self, body: Any, key: str) -> None:
        self._deaths.at("keep")
        self._deaths.at(f"{self._name} keep")
        await self._real.keep(body, key)
        self._deaths.at("kept")


class Unit(Around):
    """``unfenced`` is the queue of a program with a bug: it commits whatever became of its lease."""

    unfenced: TaskQueue | None = None

    async def commit(self, *, closing: Lease | None = None) -> None:
        self._deaths.at(f"{self._name} commit")
        if self.unfenced is None:
            await self._real.commit(closing=closing)
        else:
            await self._real.commit()
            if closing is not None:
                await self.unfenced.close(closing)
                closing.closed = True
        self._deaths.at(f"{self._name} committed")


class Transactions(Around):
    unfenced: TaskQueue | None = None

    def _unit(self, real: Any) -> Unit:
        unit = Unit(real, self._deaths, self._name)
        unit.unfenced = self.unfenced
        return unit

    @asynccontextmanager
    async def __call__(self, *, fenced_by: Lease | None = None, brief: bool = False) -> AsyncIterator[Unit]:
        async with self._real(fenced_by=None if self.unfenced else fenced_by, brief=brief) as tx:
            yield self._unit(tx)

    async def repeated(
        self,
        work: Callable[[Any], Awaitable[T]],
        *,
        fenced_by: Lease | None = None,
        in_turn: UUID | None = None,
    ) -> T:
        fence = None if self.unfenced else fenced_by
        result: T = await self._real.repeated(
            lambda tx: work(self._unit(tx)), fenced_by=fence, in_turn=in_turn
        )
        return result


class Target(Around):
    def progress(self, done: int, total: int) -> None:
        self._deaths.at("export progress")
        self._real.progress(done, total)

    async def publish(self, *, unless_lost: Callable[[], Awaitable[None]]) -> Any:
        async def alone() -> None:
            await unless_lost()
            self._deaths.at("export alone")

        self._deaths.at("export publish")
        published = await self._real.publish(unless_lost=alone)
        self._deaths.at("export published")
        return published


class Targets(Around):
    @asynccontextmanager
    async def opened(self, *where: Any, **named: Any) -> AsyncIterator[Target]:
        async with self._real.opened(*where, **named) as target:
            yield Target(target, self._deaths)


def tricked(app: App, deaths: Deaths, *, deaf: bool, unfenced: bool) -> App:
    """The same application with its ports wrapped."""

    def around(act: Any, name: str) -> Any:
        """One use case; ``name`` goes before its points."""
        transaction = Transactions(act.transaction, deaths, name)
        transaction.unfenced = app.tasks if unfenced else None
        ports: dict[str, Any] = {"transaction": transaction}
        if hasattr(act, "store"):
            ports["store"] = Store(act.store, deaths, name)
        if hasattr(act, "targets"):
            ports["targets"] = Targets(act.targets, deaths)
        return dataclasses.replace(act, **ports)

    crawling, datasets = app.crawling, app.datasets
    queue = Queue(app.tasks, deaths)
    queue.deaf = deaf
    return dataclasses.replace(
        app,
        tasks=queue,
        crawling=dataclasses.replace(
            crawling,
            search_page=around(crawling.search_page, "search"),
            run_chunk=around(crawling.run_chunk, "chunk"),
            settle_job=around(crawling.settle_job, "settle"),
        ),
        datasets=dataclasses.replace(
            datasets,
            build_version=around(datasets.build_version, "build"),
            write_export=around(datasets.write_export, "export"),
        ),
        schedules=dataclasses.replace(
            app.schedules,
            run_due=around(app.schedules.run_due, "due"),
            run=around(app.schedules.run, "schedule"),
        ),
        notifications=dataclasses.replace(
            app.notifications, tell_owner=around(app.notifications.tell_owner, "tell")
        ),
        validations=dataclasses.replace(
            app.validations,
            cut=around(app.validations.cut, "cut"),
            look=around(app.validations.look, "look"),
        ),
    )


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--die", default="never")
    parser.add_argument("--deaf", action="store_true")
    parser.add_argument("--unfenced", action="store_true")
    given = parser.parse_args()
    settings = load_settings(os.environ)
    set_up_logs(settings.pixcrawler)
    async with open_app(settings, works=True, out=given.out) as app:
        trick = tricked(app, Deaths(given.die), deaf=given.deaf, unfenced=given.unfenced)
        await serve(trick, settings, lane=SHARED)


if __name__ == "__main__":
    asyncio.run(main())
