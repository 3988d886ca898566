"""A crawl with everything around it faked: its use cases, its tasks, one owner and one stranger."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from pixcrawler.application.crawling.create_crawl import CreateCrawl, NewCrawl
from pixcrawler.application.crawling.fail_chunk import FailChunk
from pixcrawler.application.crawling.fail_job import FailJob
from pixcrawler.application.crawling.fail_search import FailSearch
from pixcrawler.application.crawling.retry_crawl import RetryCrawl
from pixcrawler.application.crawling.run_chunk import RunChunk
from pixcrawler.application.crawling.search_page import SearchPage
from pixcrawler.application.crawling.settle_job import SettleJob
from pixcrawler.application.crawling.start_crawl import StartCrawl
from pixcrawler.application.crawling.stop_crawl import StopCrawl
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.crawling.events import ChunkOpened, JobEvent, JobFilled, SearchOpened
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId, UserId
from tests.fakes.aggregates import Aggregates, candidate, spec
from tests.fakes.clock import StandingClock
from tests.fakes.fetcher import TableFetcher
from tests.fakes.ids import CountingIds
from tests.fakes.inspector import PillowInspector
from tests.fakes.manifests import picture
from tests.fakes.memory_tables import CandidateEntry, TaskEntry
from tests.fakes.memory_transaction import MemoryTransaction, work_of
from tests.fakes.near_duplicates import ListedNearDuplicates
from tests.fakes.object_store import MemoryObjectStore
from tests.fakes.sources import PagedSource, TableSources

SEARCH, CHUNK, SETTLE = (f"pixcrawler.crawling.{act}" for act in ("search_page", "run_chunk", "settle_job"))
TELL = "pixcrawler.activity.tell_owner"
PAYLOADS: dict[str, type[JobEvent]] = {SEARCH: SearchOpened, CHUNK: ChunkOpened, SETTLE: JobFilled}


def url(name: str) -> str:
    return f"https://pictures.example/{name}"


class Stage:
    """``pages`` of names by keyword; each name is the URL of a picture of its own."""

    def __init__(self, **pages: list[list[str]]) -> None:
        self.new_id = CountingIds()
        self.clock = StandingClock()
        self.transaction = MemoryTransaction(new_id=self.new_id, reactions=work_of)
        self.database = self.transaction.database
        self.store = MemoryObjectStore()
        names = sorted({name for listed in pages.values() for page in listed for name in page})
        web = {url(name): picture(number) for number, name in enumerate(names)}
        self.fetcher = TableFetcher(self.store, web)
        found = {
            text: [[candidate(name) for name in page] for page in listed] for text, listed in pages.items()
        }
        self.source = PagedSource(found)
        self.url_list = PagedSource({"": []}, source_id="url_list", needs_text=False)
        self.web = PagedSource({"": []}, source_id="web", needs_text=False)
        self.sources = TableSources(self.source, self.url_list, self.web, disabled=["bing"])
        self.inspector = PillowInspector()
        self.near = ListedNearDuplicates()
        self.owner = Actor(UserId(self.new_id()), Role.USER)
        self.stranger = Actor(UserId(self.new_id()), Role.USER)
        self.project_id = ProjectId(self.new_id())
        common: dict[str, Any] = {"transaction": self.transaction, "clock": self.clock}
        self.create = CreateCrawl(**common, sources=self.sources, new_id=self.new_id)
        self.start = StartCrawl(**common, new_id=self.new_id)
        self.stop, self.retry = StopCrawl(**common), RetryCrawl(**common, new_id=self.new_id)
        self.search_page = SearchPage(**common, sources=self.sources, new_id=self.new_id)
        self.run_chunk = RunChunk(
            **common,
            fetcher=self.fetcher,
            inspector=self.inspector,
            store=self.store,
            new_id=self.new_id,
        )
        self.settle_job = SettleJob(**common, near_duplicates=self.near)
        self.fail_search, self.fail_chunk, self.fail_job = (
            FailSearch(**common),
            FailChunk(**common),
            FailJob(**common),
        )

    def command(self, *keywords: str, max_images: int = 10, spec_: JobSpec | None = None) -> NewCrawl:
        return NewCrawl(
            project_id=self.project_id,
            name="Cats",
            spec=spec_ or spec(*keywords),
            max_images=max_images,
            lane="shared",
        )

    async def created(self, *keywords: str, max_images: int = 10, spec_: JobSpec | None = None) -> CrawlJobId:
        make = Aggregates(self.new_id)
        profile = make.profile(id=self.owner.id)
        async with self.transaction() as tx:
            await tx.profiles.add(profile)
            await tx.projects.add(make.project(profile, id=self.project_id))
            await tx.commit()
        command = self.command(*keywords, max_images=max_images, spec_=spec_)
        return (await self.create(command, by=self.owner)).id

    async def started(self, *keywords: str, max_images: int = 10, spec_: JobSpec | None = None) -> CrawlJobId:
        job_id = await self.created(*keywords, max_images=max_images, spec_=spec_)
        await self.start(job_id, by=self.owner)
        return job_id

    def claimed(self, name: str) -> tuple[Any, Lease]:
        """The first pending task of this name, and a lease on it."""
        (task, *_) = self.database.tasks(name=name)
        return msgspec.json.decode(task.payload, type=PAYLOADS[name]), self.database.claim(task)

    async def act(self, name: str) -> Lease:
        """Do the first pending task of this name."""
        payload, lease = self.claimed(name)
        await self.acts[name](payload, lease=lease)
        return lease

    @property
    def acts(self) -> dict[str, Callable[..., Awaitable[None]]]:
        return {SEARCH: self.search_page, CHUNK: self.run_chunk, SETTLE: self.settle_job}

    async def act_until(self, name: str) -> None:
        """Do tasks in their order until the next one has this name."""
        while (task := self.work()[0]).name != name:
            await self.act(task.name)

    async def finish(self) -> None:
        while pending := self.work():
            await self.act(pending[0].name)

    def pending(self) -> list[str]:
        return [task.name for task in self.work()]

    def work(self) -> list[TaskEntry]:
        """What is left to do for jobs; telling their owner is another's."""
        return [task for task in self.database.tasks() if task.name != TELL]

    def task(self, lease: Lease) -> TaskEntry:
        return self.database.tables.tasks[lease.task_id]

    def job(self, job_id: CrawlJobId) -> CrawlJob:
        return self.database.tables.crawl_jobs[job_id]

    def candidates(self) -> dict[str, CandidateEntry]:
        return {one.url.rpartition("/")[2]: one for one in self.database.tables.candidates.values()}

    def reasons(self) -> dict[str, str | None]:
        return {name: one.reason for name, one in self.candidates().items()}
