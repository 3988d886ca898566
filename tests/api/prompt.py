"""What the platform's worker does at once: schedules that are due, and telling people."""

from datetime import timedelta

from pixcrawler.application.ports.lease import Lease
from pixcrawler.bootstrap.app import App
from pixcrawler.entrypoints.worker.table import tasks
from pixcrawler.entrypoints.worker.task import Patience

MINUTE = timedelta(minutes=1)


async def tick(app: App) -> None:
    """It is time to look which schedules are due; and all that this causes."""
    name = "pixcrawler.crawling.run_schedules"
    await app.tasks.tick("now", every=timedelta(0), task=name, queue="prompt", lane="shared")
    await work(app)


async def work(app: App) -> None:
    known = tasks(app, Patience(MINUTE, 1, MINUTE))
    while claimed := await app.tasks.claim("prompt", "shared", worker="test", lease=MINUTE):
        lease = Lease(claimed.id, claimed.token)
        await known[claimed.name].run(claimed.payload, lease)
        if not lease.closed:
            await app.tasks.close(lease)
