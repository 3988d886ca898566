"""THE table: which tasks an event causes. An event that causes none is listed too."""

from collections.abc import Mapping, Sequence

from pixcrawler.application.ports.tasks import Reaction
from pixcrawler.domain.crawling.events import (
    ChunkOpened,
    JobCompleted,
    JobFailed,
    JobFilled,
    JobStarted,
    JobStopped,
    LabellingOpened,
    SearchOpened,
)
from pixcrawler.domain.crawling.schedule import ScheduleDue, ScheduleFailed
from pixcrawler.domain.datasets.moving import (
    ExportArchivalRequested,
    ExportRehydrated,
    ExportRehydrationRequested,
)
from pixcrawler.domain.datasets.version import (
    BuildFailed,
    ExportReady,
    ExportRequested,
    VersionReady,
    VersionRequested,
)
from pixcrawler.domain.identity.events import ApiKeyCreated, ApiKeyRevoked, PasswordChanged
from pixcrawler.domain.imaging.validation import ValidationChunkOpened, ValidationRequested
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.storage.execution import ObjectsReleased, PolicyExecutionRequested

SEARCH = "search"
CRAWL = "crawl"
BUILD = "build"
UPKEEP = "upkeep"
VALIDATE = "validate"
PROMPT = "prompt"
QUEUES = (SEARCH, CRAWL, BUILD, UPKEEP, VALIDATE, PROMPT)
"""By kind, each with slots of its own: a search that waits for its API's pace holds up no download, and no
clean-up what people are to be told. What is prompt takes a moment, and belongs to the platform's lane."""

TELL = (Reaction("pixcrawler.activity.tell_owner", PROMPT, 200, tells=True),)

REACTIONS: Mapping[type[Event], tuple[Reaction, ...]] = {
    JobStarted: (),
    SearchOpened: (Reaction("pixcrawler.crawling.search_page", SEARCH),),
    ChunkOpened: (Reaction("pixcrawler.crawling.run_chunk", CRAWL, 100),),
    JobFilled: (Reaction("pixcrawler.crawling.settle_job", CRAWL, 60),),
    JobCompleted: TELL,
    LabellingOpened: (Reaction("pixcrawler.crawling.label_images", BUILD, 60, goes_on=True),),
    JobFailed: TELL,
    JobStopped: (),
    VersionRequested: (Reaction("pixcrawler.datasets.build_version", BUILD),),
    VersionReady: TELL,
    ExportRequested: (
        Reaction("pixcrawler.datasets.write_export", BUILD),
        Reaction("pixcrawler.datasets.write_report", CRAWL),  # it draws while the export is being written
    ),
    ExportReady: TELL,
    BuildFailed: TELL,
    ScheduleDue: (Reaction("pixcrawler.crawling.run_schedule", PROMPT),),
    ScheduleFailed: TELL,
    ApiKeyCreated: TELL,
    ApiKeyRevoked: TELL,
    PasswordChanged: TELL,
    ExportArchivalRequested: (Reaction("pixcrawler.storage.archive_export", UPKEEP, 600),),
    ExportRehydrationRequested: (Reaction("pixcrawler.storage.rehydrate_export", BUILD, 60),),
    ExportRehydrated: (),
    ValidationRequested: (Reaction("pixcrawler.imaging.cut_validation", VALIDATE, 60),),
    ValidationChunkOpened: (Reaction("pixcrawler.imaging.look_again", VALIDATE),),
    ObjectsReleased: (Reaction("pixcrawler.storage.release_objects", UPKEEP, 300),),
    PolicyExecutionRequested: (Reaction("pixcrawler.storage.execute_policy", UPKEEP, 400),),
}
CAUSED = frozenset(reaction.task for caused in REACTIONS.values() for reaction in caused)
GOING_ON = frozenset(
    reaction.task for caused in REACTIONS.values() for reaction in caused if reaction.goes_on
)
"""Names of tasks: all that an event causes, and those that go on when their job is complete."""


def reactions_to(event: Event) -> Sequence[Reaction]:
    """Raises KeyError for an event that nobody put into the table."""
    return REACTIONS[type(event)]
