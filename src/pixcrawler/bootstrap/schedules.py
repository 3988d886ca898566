"""The container of schedules."""

from dataclasses import dataclass

from pixcrawler.application.crawling.change_schedule import ChangeSchedule
from pixcrawler.application.crawling.create_schedule import CreateSchedule
from pixcrawler.application.crawling.delete_schedule import DeleteSchedule
from pixcrawler.application.crawling.fail_schedule import FailSchedule
from pixcrawler.application.crawling.run_schedule import RunSchedule
from pixcrawler.application.crawling.run_schedules import RunSchedules
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.schedules import ScheduleReads
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.bootstrap.containers import containers, providers
from pixcrawler.domain.shared.validation import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Schedules:
    create: CreateSchedule
    change: ChangeSchedule
    delete: DeleteSchedule
    run_due: RunSchedules
    run: RunSchedule
    fail: FailSchedule
    reads: ScheduleReads


class SchedulesContainer(containers.DeclarativeContainer):
    """What schedules need, and their use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    sources: providers.Dependency[Sources] = providers.Dependency()
    thresholds: providers.Dependency[Thresholds] = providers.Dependency()
    reads: providers.Dependency[ScheduleReads] = providers.Dependency()

    create = providers.Singleton(
        CreateSchedule,
        transaction=transaction,
        sources=sources,
        clock=clock,
        new_id=new_id,
        thresholds=thresholds,
    )
    run = providers.Singleton(
        RunSchedule,
        transaction=transaction,
        sources=sources,
        clock=clock,
        new_id=new_id,
        thresholds=thresholds,
    )

    context = providers.Singleton(
        Schedules,
        create=create,
        change=providers.Singleton(ChangeSchedule, transaction=transaction, clock=clock),
        delete=providers.Singleton(DeleteSchedule, transaction=transaction),
        run_due=providers.Singleton(RunSchedules, transaction=transaction, clock=clock),
        run=run,
        fail=providers.Singleton(FailSchedule, transaction=transaction, clock=clock),
        reads=reads,
    )
