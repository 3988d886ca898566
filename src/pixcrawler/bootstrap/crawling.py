"""The container of crawling."""

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
from pixcrawler.application.ports.cache import Cache
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.fetcher import Fetcher
from pixcrawler.application.ports.inspector import Inspector, NearDuplicates
from pixcrawler.application.ports.labeler import Labeler
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.ports.url_list import UrlListReader
from pixcrawler.bootstrap.app import Crawling
from pixcrawler.bootstrap.containers import containers, providers
from pixcrawler.domain.imaging.labels import ModelRules
from pixcrawler.domain.shared.validation import Thresholds


class CrawlingContainer(containers.DeclarativeContainer):
    """What crawling needs, and its use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    sources: providers.Dependency[Sources] = providers.Dependency()
    fetcher: providers.Dependency[Fetcher] = providers.Dependency()
    inspector: providers.Dependency[Inspector] = providers.Dependency()
    near_duplicates: providers.Dependency[NearDuplicates] = providers.Dependency()
    store: providers.Dependency[ObjectStore] = providers.Dependency()
    stores: providers.Dependency[Stores] = providers.Dependency()
    expand: providers.Dependency[ExpandKeywords] = providers.Dependency()
    labeler: providers.Dependency[Labeler | None] = providers.Dependency()
    rules: providers.Dependency[ModelRules] = providers.Dependency()
    read_url_list: providers.Dependency[UrlListReader] = providers.Dependency()
    thresholds: providers.Dependency[Thresholds] = providers.Dependency()
    cache: providers.Dependency[Cache] = providers.Dependency()

    create = providers.Singleton(
        CreateCrawl,
        transaction=transaction,
        sources=sources,
        clock=clock,
        new_id=new_id,
        thresholds=thresholds,
    )
    change = providers.Singleton(ChangeCrawl, transaction=transaction)
    delete = providers.Singleton(DeleteCrawl, transaction=transaction)
    start = providers.Singleton(StartCrawl, transaction=transaction, clock=clock, new_id=new_id)
    stop = providers.Singleton(StopCrawl, transaction=transaction, clock=clock)
    retry = providers.Singleton(RetryCrawl, transaction=transaction, clock=clock, new_id=new_id)
    show_source_health = providers.Singleton(ShowSourceHealth, cache=cache)
    preview = providers.Singleton(PreviewCrawl, sources=sources)
    preview_source = providers.Singleton(PreviewSource, sources=sources)
    take_url_list = providers.Singleton(TakeUrlList, store=store, read=read_url_list)
    search_page = providers.Singleton(
        SearchPage, transaction=transaction, sources=sources, clock=clock, new_id=new_id
    )
    fail_search = providers.Singleton(FailSearch, transaction=transaction, clock=clock)
    take_down = providers.Singleton(
        TakeDown, transaction=transaction, stores=stores, clock=clock, new_id=new_id
    )
    block_list = providers.Singleton(ChangeBlockList, transaction=transaction, clock=clock, new_id=new_id)
    remove_image = providers.Singleton(RemoveImage, transaction=transaction)
    review_copy = providers.Singleton(ReviewCopy, transaction=transaction, clock=clock)
    change_images = providers.Singleton(ChangeImages, transaction=transaction, rules=rules, clock=clock)
    run_chunk = providers.Singleton(
        RunChunk,
        transaction=transaction,
        fetcher=fetcher,
        inspector=inspector,
        store=store,
        clock=clock,
        new_id=new_id,
    )
    fail_chunk = providers.Singleton(FailChunk, transaction=transaction, clock=clock)
    settle_job = providers.Singleton(
        SettleJob, transaction=transaction, near_duplicates=near_duplicates, clock=clock, rules=rules
    )
    label_images = providers.Singleton(
        LabelImages,
        transaction=transaction,
        store=store,
        thumbnails=inspector,
        labeler=labeler,
        rules=rules,
        clock=clock,
    )
    fail_labelling = providers.Singleton(FailLabelling, transaction=transaction, clock=clock)
    name_image = providers.Singleton(NameImage, transaction=transaction, rules=rules, clock=clock)
    fail_job = providers.Singleton(FailJob, transaction=transaction, clock=clock)

    context = providers.Singleton(
        Crawling,
        create=create,
        change=change,
        delete=delete,
        start=start,
        stop=stop,
        retry=retry,
        expand=expand,
        label_images=label_images,
        fail_labelling=fail_labelling,
        name_image=name_image,
        preview=preview,
        preview_source=preview_source,
        show_source_health=show_source_health,
        take_url_list=take_url_list,
        remove_image=remove_image,
        review_copy=review_copy,
        change_images=change_images,
        take_down=take_down,
        block_list=block_list,
        search_page=search_page,
        fail_search=fail_search,
        run_chunk=run_chunk,
        fail_chunk=fail_chunk,
        settle_job=settle_job,
        fail_job=fail_job,
    )
