"""The container of datasets."""

from collections.abc import Mapping

from pixcrawler.application.datasets.build_version import BuildVersion
from pixcrawler.application.datasets.cancel_build import CancelBuild
from pixcrawler.application.datasets.change_dataset import ChangeDataset
from pixcrawler.application.datasets.compare_versions import CompareVersions
from pixcrawler.application.datasets.create_dataset import CreateDataset
from pixcrawler.application.datasets.delete_dataset import DeleteDataset
from pixcrawler.application.datasets.delete_export import DeleteExport
from pixcrawler.application.datasets.fail_build import FailExport, FailVersion
from pixcrawler.application.datasets.open_manifest import OpenManifest
from pixcrawler.application.datasets.request_build import RequestBuild
from pixcrawler.application.datasets.request_export import RequestExport
from pixcrawler.application.datasets.request_version import RequestVersion
from pixcrawler.application.datasets.show_images import ShowImages
from pixcrawler.application.datasets.show_statistics import ShowStatistics
from pixcrawler.application.datasets.split_dataset import SplitDataset
from pixcrawler.application.datasets.write_export import WriteExport
from pixcrawler.application.datasets.write_report import WriteReport
from pixcrawler.application.ports.cache import Cache
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.converter import Converter
from pixcrawler.application.ports.dataset_reads import DatasetReads
from pixcrawler.application.ports.exporter import Exporter
from pixcrawler.application.ports.inspector import Inspector, NearDuplicates
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.reads import Reads
from pixcrawler.application.ports.report import ReportWriter
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.target import Targets
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.bootstrap.app import Datasets
from pixcrawler.bootstrap.containers import containers, providers
from pixcrawler.domain.imaging.labels import ModelRules


class DatasetsContainer(containers.DeclarativeContainer):
    """What datasets need, and their use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    reads: providers.Dependency[Reads] = providers.Dependency()
    store: providers.Dependency[ObjectStore] = providers.Dependency()
    stores: providers.Dependency[Stores] = providers.Dependency()
    inspector: providers.Dependency[Inspector] = providers.Dependency()
    near_duplicates: providers.Dependency[NearDuplicates] = providers.Dependency()
    exporters: providers.Dependency[Mapping[str, Exporter]] = providers.Dependency()
    targets: providers.Dependency[Targets] = providers.Dependency()
    converter: providers.Dependency[Converter] = providers.Dependency()
    reports: providers.Dependency[ReportWriter] = providers.Dependency()
    rules: providers.Dependency[ModelRules] = providers.Dependency()
    dataset_reads: providers.Dependency[DatasetReads] = providers.Dependency()
    cache: providers.Dependency[Cache] = providers.Dependency()
    statistics_seconds: providers.Dependency[float] = providers.Dependency()

    create = providers.Singleton(CreateDataset, transaction=transaction, clock=clock, new_id=new_id)
    change = providers.Singleton(ChangeDataset, transaction=transaction)
    delete = providers.Singleton(DeleteDataset, transaction=transaction)
    split = providers.Singleton(SplitDataset, transaction=transaction, clock=clock, new_id=new_id)
    request_version = providers.Singleton(RequestVersion, transaction=transaction, clock=clock, new_id=new_id)
    cancel = providers.Singleton(CancelBuild, transaction=transaction, clock=clock)
    show_images = providers.Singleton(ShowImages, transaction=transaction, store=store)
    show_statistics = providers.Singleton(
        ShowStatistics, reads=dataset_reads, cache=cache, seconds=statistics_seconds
    )
    open_manifest = providers.Singleton(OpenManifest, transaction=transaction, store=store)
    compare = providers.Singleton(CompareVersions, store=store)
    request_build = providers.Singleton(RequestBuild, transaction=transaction, clock=clock, new_id=new_id)
    build_version = providers.Singleton(
        BuildVersion,
        transaction=transaction,
        store=store,
        near_duplicates=near_duplicates,
        clock=clock,
        rules=rules,
    )
    fail_version = providers.Singleton(FailVersion, transaction=transaction, clock=clock)
    request_export = providers.Singleton(
        RequestExport, transaction=transaction, clock=clock, new_id=new_id, formats=exporters
    )
    write_export = providers.Singleton(
        WriteExport,
        transaction=transaction,
        store=store,
        exporters=exporters,
        targets=targets,
        converter=converter,
        clock=clock,
    )
    delete_export = providers.Singleton(DeleteExport, transaction=transaction, stores=stores)
    fail_export = providers.Singleton(FailExport, transaction=transaction, clock=clock)
    write_report = providers.Singleton(
        WriteReport,
        transaction=transaction,
        reads=reads,
        store=store,
        inspector=inspector,
        writer=reports,
        exporters=exporters,
    )

    context = providers.Singleton(
        Datasets,
        create=create,
        change=change,
        delete=delete,
        split=split,
        request_version=request_version,
        cancel=cancel,
        show_images=show_images,
        show_statistics=show_statistics,
        open_manifest=open_manifest,
        compare=compare,
        request_build=request_build,
        build_version=build_version,
        fail_version=fail_version,
        request_export=request_export,
        write_export=write_export,
        delete_export=delete_export,
        fail_export=fail_export,
        write_report=write_report,
    )
