"""The container of storage: tiers, policies, what is let go."""

from collections.abc import Collection
from datetime import timedelta

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.links import Links
from pixcrawler.application.ports.policies import PolicyReads
from pixcrawler.application.ports.repack import Repacker
from pixcrawler.application.ports.storage_reads import StorageReads
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.storage.archive_export import ArchiveExport
from pixcrawler.application.storage.change_policy import ChangeArchivalPolicy, ChangeCleanupPolicy
from pixcrawler.application.storage.clean_storage import CleanStorage
from pixcrawler.application.storage.create_policy import CreateArchivalPolicy, CreateCleanupPolicy
from pixcrawler.application.storage.delete_policy import DeletePolicy
from pixcrawler.application.storage.execute_policy import ExecutePolicy
from pixcrawler.application.storage.expire_exports import ExpireExports
from pixcrawler.application.storage.fail_execution import FailExecution
from pixcrawler.application.storage.fail_move import FailMove
from pixcrawler.application.storage.fetch_export import FetchExport
from pixcrawler.application.storage.reap_objects import ReapObjects
from pixcrawler.application.storage.rehydrate_export import RehydrateExport
from pixcrawler.application.storage.release_objects import ReleaseObjects
from pixcrawler.application.storage.request_execution import RequestExecution
from pixcrawler.application.storage.run_policies import RunPolicies
from pixcrawler.application.storage.sign_link import SignLink
from pixcrawler.bootstrap.app import Storage
from pixcrawler.bootstrap.containers import containers, providers


class StorageContainer(containers.DeclarativeContainer):
    """What storage needs, and its use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    stores: providers.Dependency[Stores] = providers.Dependency()
    repacker: providers.Dependency[Repacker] = providers.Dependency()
    reads: providers.Dependency[PolicyReads] = providers.Dependency()
    storage_reads: providers.Dependency[StorageReads] = providers.Dependency()
    links: providers.Dependency[Links] = providers.Dependency()
    formats: providers.Dependency[Collection[str]] = providers.Dependency()
    grace: providers.Dependency[timedelta] = providers.Dependency()

    archive_export = providers.Singleton(
        ArchiveExport, transaction=transaction, stores=stores, repacker=repacker, clock=clock, new_id=new_id
    )
    rehydrate_export = providers.Singleton(
        RehydrateExport,
        transaction=transaction,
        stores=stores,
        repacker=repacker,
        clock=clock,
        new_id=new_id,
    )
    fail_move = providers.Singleton(FailMove, transaction=transaction)
    fetch_export = providers.Singleton(FetchExport, transaction=transaction, clock=clock)
    create_archival = providers.Singleton(
        CreateArchivalPolicy, transaction=transaction, clock=clock, new_id=new_id, formats=formats
    )
    create_cleanup = providers.Singleton(
        CreateCleanupPolicy, transaction=transaction, clock=clock, new_id=new_id, formats=formats
    )
    change_archival = providers.Singleton(
        ChangeArchivalPolicy, transaction=transaction, clock=clock, formats=formats
    )
    change_cleanup = providers.Singleton(
        ChangeCleanupPolicy, transaction=transaction, clock=clock, formats=formats
    )
    delete_policy = providers.Singleton(DeletePolicy, transaction=transaction)
    request_execution = providers.Singleton(
        RequestExecution, transaction=transaction, stores=stores, clock=clock, new_id=new_id
    )
    execute_policy = providers.Singleton(
        ExecutePolicy, transaction=transaction, stores=stores, clock=clock, grace=grace
    )
    fail_execution = providers.Singleton(FailExecution, transaction=transaction, clock=clock)
    run_policies = providers.Singleton(RunPolicies, transaction=transaction, clock=clock, new_id=new_id)
    expire_exports = providers.Singleton(ExpireExports, transaction=transaction, stores=stores, clock=clock)
    release_objects = providers.Singleton(ReleaseObjects, transaction=transaction, stores=stores)
    clean = providers.Singleton(CleanStorage, transaction=transaction, clock=clock)
    sign_link = providers.Singleton(
        SignLink, transaction=transaction, reads=storage_reads, links=links, clock=clock
    )
    reap_objects = providers.Singleton(ReapObjects, transaction=transaction, stores=stores, grace=grace)

    context = providers.Singleton(
        Storage,
        archive_export=archive_export,
        rehydrate_export=rehydrate_export,
        fail_move=fail_move,
        fetch_export=fetch_export,
        create_archival=create_archival,
        create_cleanup=create_cleanup,
        change_archival=change_archival,
        change_cleanup=change_cleanup,
        delete_policy=delete_policy,
        request_execution=request_execution,
        execute_policy=execute_policy,
        fail_execution=fail_execution,
        run_policies=run_policies,
        expire_exports=expire_exports,
        reap_objects=reap_objects,
        release_objects=release_objects,
        clean=clean,
        sign_link=sign_link,
        policies=reads,
        reads=storage_reads,
    )
