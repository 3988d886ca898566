"""Asking that all pictures of a crawl job are looked at again."""

from pixcrawler.application.imaging.opening import check_open
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.ports.validation_reads import ValidationTasks, begun_by
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.imaging.validation import RunMode, ValidationRequested, new_run
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ValidationId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds, Validation


@use_case
class ValidateJob:
    """Those that it has files of at that time, whatever has become of them. A task cuts them into chunks, so
    that the largest job is answered as quickly as the smallest."""

    transaction: Transaction
    clock: Clock
    new_id: NewId
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    async def __call__(
        self,
        job_id: CrawlJobId,
        *,
        level: Validation | None,
        mode: RunMode,
        by: Actor,
        once: Once | None = None,
    ) -> ValidationTasks:
        """The run, and its first task. ``level`` None is the default one of who asks.

        Raises ScopeMissing, CrawlJobNotFound, TooManyValidations, and what ``Answers`` raises.
        """
        by.must(WRITE)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ValidationTasks)) is not None:
                return earlier
            job = await tx.crawl_jobs.get(job_id)
            if not by.may_see(job.owner_id):
                raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
            await check_open(tx, by)
            at = self.clock.now()
            run = new_run(
                ValidationId(self.new_id()),
                owner=by.id,
                job=job_id,
                level=level or (await tx.validation_levels.of(by.id)).level,
                mode=mode,
                thresholds=self.thresholds,
                at=at,
            )
            await tx.validations.add(run)
            tx.record(ValidationRequested(at=at, validation_id=run.id), owner=by.id, lane=SHARED)
            about = {"level": run.level.value, "job_id": job_id, "project_id": job.project_id}
            tx.audit(Act.VALIDATION_REQUESTED, run.id, by=by, owner=job.owner_id, **about)
            begun = begun_by(run, tx.task_ids)
            await tx.answers.keep(once, begun, owner=by.id)
            await tx.commit()
        return begun
