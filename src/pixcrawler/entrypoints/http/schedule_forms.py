"""What may be sent about schedules."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.crawling.change_schedule import ScheduleChange
from pixcrawler.application.crawling.create_crawl import Draft
from pixcrawler.application.crawling.create_schedule import NewSchedule
from pixcrawler.application.crawling.take_url_list import TakenList
from pixcrawler.domain.crawling.cadence import MOST_HOURS, Cadence, Unit
from pixcrawler.domain.crawling.errors import InvalidSchedule
from pixcrawler.domain.crawling.schedule import MOST_RUNS
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.entrypoints.http.job_fields import Images, Name, TimeOfDay, TimeZone, Version
from pixcrawler.entrypoints.http.job_forms import CreateJob, sent

Moment = Annotated[datetime, Meta(tz=True)]
Runs = Annotated[int, Meta(ge=1, le=MOST_RUNS)]


class CadenceForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`every` so many `hours` (1 to 8,784), or `every` so many `days` (1 to 366) `at` a time of day in
    `time_zone`, summer and winter; without `at`, at the time of day that it has when it is set."""

    every: Annotated[int, Meta(ge=1, le=MOST_HOURS)]
    unit: Unit
    at: TimeOfDay | None = None
    time_zone: TimeZone = "UTC"

    @property
    def cadence(self) -> Cadence:
        return Cadence(every=self.every, unit=self.unit, at=self.at, time_zone=self.time_zone)


class CreateScheduleForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give `job`, which is what POST /jobs takes, or `job_id`, a job whose request is repeated. What the
    project's defaults add to `job` is settled now. Without `starts_at` it is first due after one interval, or
    when it is `at` next. It ends after `max_runs` jobs, or at `ends_at`."""

    cadence: CadenceForm
    job: CreateJob | None = None
    job_id: UUID | None = None
    name: Name | None = None
    enabled: bool = True
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    max_runs: Runs | None = None

    @property
    def template(self) -> CreateJob | None:
        """Raises InvalidSchedule unless it says one thing to repeat."""
        if (self.job is None) == (self.job_id is None):
            raise InvalidSchedule("Give job or job_id, and not both: it is what is repeated.", field="job")
        return self.job

    def command(self, taken: TakenList | None) -> NewSchedule:
        """Raises InvalidSchedule."""
        return NewSchedule(
            wanted=self._wanted(taken),
            cadence=self.cadence.cadence,
            name=self.name,
            enabled=self.enabled,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            max_runs=self.max_runs,
        )

    def _wanted(self, taken: TakenList | None) -> Draft | CrawlJobId:
        if (job := self.template) is not None:
            return job.draft(taken)
        assert self.job_id is not None
        return CrawlJobId(self.job_id)


WITH_ONE_THING_TO_REPEAT = Meta(
    extra_json_schema={
        "oneOf": [
            {"required": ["job"], "properties": {"job": {"type": "object"}, "job_id": {"type": "null"}}},
            {
                "required": ["job_id"],
                "properties": {"job_id": {"type": "string"}, "job": {"type": "null"}},
            },
        ]
    }
)
"""For the document: what ``template`` asks for and no single field can say."""


class ChangeScheduleForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different. One that is switched on, or gets another cadence, is due after one interval,
    or at `starts_at`. With `version`, it is refused when the schedule has moved on from it."""

    name: Name | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    cadence: CadenceForm | UnsetType = UNSET
    max_images: Images | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    ends_at: Moment | UnsetType | None = UNSET
    max_runs: Runs | UnsetType | None = UNSET
    version: Version | UnsetType = UNSET

    @property
    def command(self) -> ScheduleChange:
        names = ("name", "enabled", "max_images", "ends_at", "max_runs")
        every = {name: getattr(self, name) for name in names}
        fields = {name: value for name, value in every.items() if value is not UNSET}
        if not isinstance(self.cadence, UnsetType):
            fields["cadence"] = self.cadence.cadence
        return ScheduleChange(fields=fields, starts_at=sent(self.starts_at), version=sent(self.version))
