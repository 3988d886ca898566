"""The container of looks at pictures that are stored already."""

from dataclasses import dataclass

from pixcrawler.application.imaging.change_level import ChangeLevel
from pixcrawler.application.imaging.cut_validation import CutValidation, FailCutting
from pixcrawler.application.imaging.look_again import FailLook, LookAgain
from pixcrawler.application.imaging.request_validation import RequestValidation
from pixcrawler.application.imaging.validate_job import ValidateJob
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.images import ImageReads
from pixcrawler.application.ports.inspector import Inspector
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.ports.validation_reads import ValidationReads
from pixcrawler.bootstrap.containers import containers, providers
from pixcrawler.domain.shared.validation import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Validations:
    request: RequestValidation
    request_job: ValidateJob
    cut: CutValidation
    fail_cutting: FailCutting
    look: LookAgain
    fail_look: FailLook
    change_level: ChangeLevel
    reads: ValidationReads


class ValidationsContainer(containers.DeclarativeContainer):
    """What looking again needs, and its use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    images: providers.Dependency[ImageReads] = providers.Dependency()
    store: providers.Dependency[ObjectStore] = providers.Dependency()
    inspector: providers.Dependency[Inspector] = providers.Dependency()
    thresholds: providers.Dependency[Thresholds] = providers.Dependency()
    reads: providers.Dependency[ValidationReads] = providers.Dependency()

    request = providers.Singleton(
        RequestValidation,
        transaction=transaction,
        images=images,
        clock=clock,
        new_id=new_id,
        thresholds=thresholds,
    )
    request_job = providers.Singleton(
        ValidateJob, transaction=transaction, clock=clock, new_id=new_id, thresholds=thresholds
    )
    cut = providers.Singleton(CutValidation, transaction=transaction, clock=clock, new_id=new_id)
    fail_cutting = providers.Singleton(FailCutting, transaction=transaction, clock=clock)
    look = providers.Singleton(
        LookAgain, transaction=transaction, store=store, inspector=inspector, clock=clock
    )
    fail_look = providers.Singleton(FailLook, transaction=transaction, clock=clock)
    change_level = providers.Singleton(ChangeLevel, transaction=transaction)

    context = providers.Singleton(
        Validations,
        request=request,
        request_job=request_job,
        cut=cut,
        fail_cutting=fail_cutting,
        look=look,
        fail_look=fail_look,
        change_level=change_level,
        reads=reads,
    )
