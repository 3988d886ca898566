"""How many jobs may run at once."""

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.errors import TooManyRunningJobs
from pixcrawler.domain.crawling.job import SHARED, CrawlJob
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.plans import PLANS


async def must_have_room(tx: UnitOfWork, job: CrawlJob, *, by: Actor) -> None:
    """One more of its owner's jobs may run by the owner's plan. Superusers, and jobs that bring a worker of
    their own, have no limit. The job is locked before; starts of one owner wait for each other here.

    Raises TooManyRunningJobs.
    """
    if job.lane != SHARED or by.may_see_all:
        return
    owner = await tx.profiles.get(job.owner_id)
    most = PLANS[owner.plan].running_jobs
    if most is None or owner.role is Role.SUPERUSER:
        return
    if await tx.crawl_jobs.running_of(owner.id) >= most:
        raise TooManyRunningJobs(
            f"The plan {owner.plan} runs {most} jobs at once; stop one, or wait until one has ended."
        )
