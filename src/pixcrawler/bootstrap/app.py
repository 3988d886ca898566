"""What an entrypoint gets: every use case, built once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pixcrawler.application.crawling.change_block_list import ChangeBlockList
from pixcrawler.application.crawling.change_crawl import ChangeCrawl
from pixcrawler.application.crawling.change_images import ChangeImages
from pixcrawler.application.crawling.create_crawl import CreateCrawl
from pixcrawler.application.crawling.delete_crawl import DeleteCrawl
from pixcrawler.application.crawling.end_labelling import FailLabelling
from pixcrawler.application.crawling.expand_keywords import ExpandKeywords
from pixcrawler.application.crawling.fail_chunk import FailChunk
from pixcrawler.application.crawling.fail_job import FailJob
from pixcrawler.application.crawling.fail_search import FailSearch
from pixcrawler.application.crawling.label_images import LabelImages
from pixcrawler.application.crawling.name_image import NameImage
from pixcrawler.application.crawling.preview_crawl import PreviewCrawl
from pixcrawler.application.crawling.preview_source import PreviewSource
from pixcrawler.application.crawling.remove_image import RemoveImage
from pixcrawler.application.crawling.retry_crawl import RetryCrawl
from pixcrawler.application.crawling.review_copy import ReviewCopy
from pixcrawler.application.crawling.run_chunk import RunChunk
from pixcrawler.application.crawling.search_page import SearchPage
from pixcrawler.application.crawling.settle_job import SettleJob
from pixcrawler.application.crawling.show_source_health import ShowSourceHealth
from pixcrawler.application.crawling.start_crawl import StartCrawl
from pixcrawler.application.crawling.stop_crawl import StopCrawl
from pixcrawler.application.crawling.take_down import TakeDown
from pixcrawler.application.crawling.take_url_list import TakeUrlList
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
from pixcrawler.application.delivery.prune_tasks import PruneTasks
from pixcrawler.application.identity.authenticate import Authenticate
from pixcrawler.application.identity.change_password import ChangePassword
from pixcrawler.application.identity.change_profile import ChangeProfile
from pixcrawler.application.identity.change_user import ChangeUser
from pixcrawler.application.identity.create_user import CreateUser
from pixcrawler.application.identity.delete_oneself import DeleteOneself
from pixcrawler.application.identity.delete_user import DeleteUser
from pixcrawler.application.identity.ensure_superuser import EnsureSuperuser
from pixcrawler.application.identity.export_own_data import ExportOwnData
from pixcrawler.application.identity.limit_request import LimitRequest
from pixcrawler.application.identity.limit_stranger import LimitStranger
from pixcrawler.application.identity.local_actor import FindLocalUser
from pixcrawler.application.identity.make_superuser import MakeSuperuser
from pixcrawler.application.identity.make_superuser_account import MakeSuperuserAccount
from pixcrawler.application.identity.record_key_uses import RecordKeyUses
from pixcrawler.application.identity.reset_password import ResetPassword
from pixcrawler.application.identity.sign_up_person import SignUpPerson
from pixcrawler.application.identity.tend_accounts import TendAccounts
from pixcrawler.application.imaging.show_thumbnail import ShowThumbnail
from pixcrawler.application.imaging.tend_image_lists import TendImageLists
from pixcrawler.application.ports.activity import ActivityReads
from pixcrawler.application.ports.bells import Bells
from pixcrawler.application.ports.cache import CountedCache
from pixcrawler.application.ports.dashboard import DashboardReads
from pixcrawler.application.ports.dataset_reads import DatasetReads
from pixcrawler.application.ports.health import Health
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.images import ImageReads
from pixcrawler.application.ports.jobs import JobReads
from pixcrawler.application.ports.links import Links
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.policies import PolicyReads
from pixcrawler.application.ports.profiles import ProfileReads
from pixcrawler.application.ports.projects import ProjectReads
from pixcrawler.application.ports.reads import Reads
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.storage_reads import StorageReads
from pixcrawler.application.ports.tasks import TaskQueue
from pixcrawler.application.projects.change_project import ChangeProject
from pixcrawler.application.projects.create_project import CreateProject
from pixcrawler.application.projects.delete_projects import DeleteProjects
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
from pixcrawler.bootstrap.api_keys import ApiKeys
from pixcrawler.bootstrap.notifications import Notifications
from pixcrawler.bootstrap.schedules import Schedules
from pixcrawler.bootstrap.validations import Validations


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Projects:
    create: CreateProject
    change: ChangeProject
    delete: DeleteProjects


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Crawling:
    create: CreateCrawl
    change: ChangeCrawl
    delete: DeleteCrawl
    start: StartCrawl
    stop: StopCrawl
    retry: RetryCrawl
    expand: ExpandKeywords
    label_images: LabelImages
    fail_labelling: FailLabelling
    name_image: NameImage
    preview: PreviewCrawl
    preview_source: PreviewSource
    show_source_health: ShowSourceHealth
    take_url_list: TakeUrlList
    remove_image: RemoveImage
    review_copy: ReviewCopy
    change_images: ChangeImages
    take_down: TakeDown
    block_list: ChangeBlockList
    search_page: SearchPage
    fail_search: FailSearch
    run_chunk: RunChunk
    fail_chunk: FailChunk
    settle_job: SettleJob
    fail_job: FailJob


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Datasets:
    create: CreateDataset
    change: ChangeDataset
    delete: DeleteDataset
    split: SplitDataset
    request_version: RequestVersion
    cancel: CancelBuild
    show_images: ShowImages
    show_statistics: ShowStatistics
    open_manifest: OpenManifest
    compare: CompareVersions
    request_build: RequestBuild
    build_version: BuildVersion
    fail_version: FailVersion
    request_export: RequestExport
    write_export: WriteExport
    delete_export: DeleteExport
    fail_export: FailExport
    write_report: WriteReport


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Identity:
    """``open_app`` itself calls ``record_key_uses``, every few seconds and at the end."""

    find_local_user: FindLocalUser
    ensure_superuser: EnsureSuperuser
    make_superuser: MakeSuperuser
    make_superuser_account: MakeSuperuserAccount
    reset_password: ResetPassword
    authenticate: Authenticate
    record_key_uses: RecordKeyUses
    provider: IdentityProvider
    profiles: ProfileReads
    change_password: ChangePassword
    change_profile: ChangeProfile
    change_user: ChangeUser
    create_user: CreateUser
    delete_oneself: DeleteOneself
    delete_user: DeleteUser
    export_own_data: ExportOwnData
    sign_up_person: SignUpPerson
    tend_accounts: TendAccounts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Limits:
    """How often requests may come: of those who are known, and of strangers."""

    request: LimitRequest
    stranger: LimitStranger


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Imaging:
    """``store`` for whole files, which no use case stands between."""

    images: ImageReads
    store: ObjectStore
    show_thumbnail: ShowThumbnail


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Storage:
    archive_export: ArchiveExport
    rehydrate_export: RehydrateExport
    fail_move: FailMove
    fetch_export: FetchExport
    create_archival: CreateArchivalPolicy
    create_cleanup: CreateCleanupPolicy
    change_archival: ChangeArchivalPolicy
    change_cleanup: ChangeCleanupPolicy
    delete_policy: DeletePolicy
    request_execution: RequestExecution
    execute_policy: ExecutePolicy
    fail_execution: FailExecution
    run_policies: RunPolicies
    expire_exports: ExpireExports
    reap_objects: ReapObjects
    release_objects: ReleaseObjects
    clean: CleanStorage
    sign_link: SignLink
    policies: PolicyReads
    reads: StorageReads


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Upkeep:
    prune_tasks: PruneTasks
    tend_image_lists: TendImageLists


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class App:
    """One process's PixCrawler. Its pools belong to the event loop that opened it. ``limits`` is None where
    nothing is limited."""

    projects: Projects
    crawling: Crawling
    schedules: Schedules
    notifications: Notifications
    datasets: Datasets
    identity: Identity
    api_keys: ApiKeys
    activity: ActivityReads
    imaging: Imaging
    storage: Storage
    validations: Validations
    upkeep: Upkeep
    reads: Reads
    project_reads: ProjectReads
    dashboard_reads: DashboardReads
    dataset_reads: DatasetReads
    job_reads: JobReads
    sources: Sources
    tasks: TaskQueue
    bells: Bells
    health: Health
    limits: Limits | None
    links: Links
    cache: CountedCache
    connections: Callable[[], Mapping[str, int]]
