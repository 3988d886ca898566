"""The page about an export."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from pixcrawler.application.datasets.write_report import WriteReport
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.reads import DroppedCopy, Reads, SourceTrouble
from pixcrawler.application.ports.report import Report
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import StorageFull
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.aggregates import facts, sha
from tests.fakes.manifests import picture
from tests.fakes.reads import KeptReports, WrittenReads
from tests.unit.application.crawling.stage import url
from tests.unit.application.datasets.stage import EXPORT, REPORT, Datasets


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    return Datasets(tmp_path / "out")


class Page:
    """The use case, what it reads, and what it wrote."""

    def __init__(self, datasets: Datasets) -> None:
        self.datasets = datasets
        (job,) = datasets.crawl.database.tables.crawl_jobs.values()
        self.reads = WrittenReads(job)
        self.reports = KeptReports()
        self.write = WriteReport(
            transaction=datasets.crawl.transaction,
            reads=cast("Reads", cast("Any", self.reads)),
            store=datasets.crawl.store,
            inspector=datasets.crawl.inspector,
            writer=self.reports,
            exporters=datasets.exporters,
        )

    async def report(self) -> Report:
        payload, lease = self.datasets.claimed(REPORT)
        await self.write(payload, lease=lease)
        ((report, into),) = self.reports.written
        assert into == self.datasets.out
        return report


async def exported(datasets: Datasets, **changes: Any) -> Page:
    await datasets.asked(datasets.out, **changes)
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    return Page(datasets)


async def test_the_page_shows_every_picture_under_its_label(datasets: Datasets) -> None:
    page = await exported(datasets)
    report = await page.report()
    assert (report.title, report.asked, report.images) == ("Cats", 3, 3)
    ((label, images, pictures),) = [(s.label, s.images, s.pictures) for s in report.sheets]
    assert (label, images, len(pictures)) == ("cat", 3, 3)
    assert all(one.thumbnail is not None and one.thumbnail.startswith(b"\xff\xd8") for one in pictures)
    assert report.missing == ()
    assert (report.funnel.kept, report.funnel.downloaded) == (3, 5)


async def test_it_reads_as_the_owner_and_as_nobody_more(datasets: Datasets) -> None:
    page = await exported(datasets)
    await page.report()
    assert set(page.reads.askers) == {Actor(datasets.crawl.owner.id, Role.USER)}


async def test_losses_are_told_with_examples(datasets: Datasets) -> None:
    datasets.crawl.fetcher.web[url("b")] = Reason.HTTP_404
    page = await exported(datasets)
    page.reads.troubles = (SourceTrouble("openverse", "It was away."),)
    report = await page.report()
    ((reason, count, examples),) = [(r.reason, r.count, r.examples) for r in report.rejections]
    assert (reason, count) == (Reason.HTTP_404, 1)
    assert examples[0].evidence == "why"
    assert "It was away." in report.missing


async def test_dropped_copies_stand_beside_what_was_kept(datasets: Datasets) -> None:
    page = await exported(datasets)
    kept = next(iter(datasets.crawl.database.tables.images.values()))
    await datasets.crawl.store.put("copies/1", picture(50))
    copy = DroppedCopy(
        kept=kept.sha256, dropped=sha(7), key="copies/1", bytes=9, facts=facts(), url=url("z"), distance=2
    )
    page.reads.copies = [copy]
    report = await page.report()
    ((kept_one, dropped),) = [(s.kept, s.dropped) for s in report.duplicates]
    assert kept_one.file is not None
    assert (dropped[0].distance, dropped[0].picture.thumbnail is not None) == (2, True)
    assert report.duplicate_sets == 1


async def test_a_picture_that_is_gone_leaves_a_gap_and_no_page_fails(datasets: Datasets) -> None:
    page = await exported(datasets)
    gone, broken, *_ = datasets.crawl.database.tables.images.values()
    await datasets.crawl.store.delete(gone.key)
    await datasets.crawl.store.put(broken.key, b"no picture any more")
    report = await page.report()
    thumbnails = [one.thumbnail for sheet in report.sheets for one in sheet.pictures]
    assert sum(thumbnail is None for thumbnail in thumbnails) == 2


async def test_an_export_that_went_to_no_folder_has_no_page(datasets: Datasets) -> None:
    page = await exported(datasets)
    exports = datasets.crawl.database.tables.exports
    (export,) = exports.values()
    export.plan = type(export.plan)(splits=export.plan.splits, folder=None)
    payload, lease = datasets.claimed(REPORT)
    await page.write(payload, lease=lease)
    assert page.reports.written == []


async def waiting_for_the_export(datasets: Datasets) -> tuple[Page, Lease, asyncio.Task[None]]:
    """A report that is drawn, whose export is not written."""
    await datasets.asked(datasets.out)
    page = Page(datasets)
    payload, lease = datasets.claimed(REPORT)
    waits = asyncio.Event()
    lease.step_aside = waits.set
    writing = asyncio.create_task(page.write(payload, lease=lease))
    await waits.wait()
    return page, lease, writing


async def test_it_draws_while_the_export_is_written_and_waits_for_its_end(datasets: Datasets) -> None:
    page, _, writing = await waiting_for_the_export(datasets)
    assert page.reports.written == []
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    await writing
    ((report, _),) = page.reports.written
    assert report.images == 3


async def test_an_export_that_failed_has_no_page(datasets: Datasets) -> None:
    await datasets.asked(datasets.out)
    page = Page(datasets)
    failed, lease = datasets.claimed(EXPORT)
    await datasets.fail_export(failed, lease=lease, error=StorageFull("The disk is full."))
    payload, lease = datasets.claimed(REPORT)
    await page.write(payload, lease=lease)
    assert page.reports.written == []


async def test_a_worker_that_is_to_end_waits_for_no_export(datasets: Datasets) -> None:
    page, lease, writing = await waiting_for_the_export(datasets)
    lease.draining = True
    await writing
    assert (page.reports.written, lease.closed) == ([], False)


async def test_a_draining_worker_writes_no_page(datasets: Datasets) -> None:
    page = await exported(datasets)
    payload, lease = datasets.claimed(REPORT)
    assert isinstance(lease, Lease)
    lease.draining = True
    await page.write(payload, lease=lease)
    assert page.reports.written == []


async def test_pictures_are_linked_where_each_is_a_file(datasets: Datasets) -> None:
    report = await (await exported(datasets)).report()
    assert {Path(picture.file or "").suffix for picture in report.sheets[0].pictures} == {".png"}


async def test_links_go_to_the_converted_files(datasets: Datasets) -> None:
    page = await exported(datasets, conversion=Conversion(format=PictureFormat.JPEG))
    report = await page.report()
    assert {Path(picture.file or "").suffix for picture in report.sheets[0].pictures} == {".jpg"}


async def test_pictures_in_shards_or_in_an_archive_are_not_linked(datasets: Datasets) -> None:
    datasets.exporter.tree = False
    report = await (await exported(datasets)).report()
    assert {picture.file for picture in report.sheets[0].pictures} == {None}
    assert report.sheets[0].pictures[0].thumbnail


async def test_an_archive_is_named_and_says_how_it_is_checked(datasets: Datasets) -> None:
    page = await exported(datasets, archive=Archive.TAR)
    report = await page.report()
    assert report.dataset == f"{datasets.out}/cats-v1.tar"
    assert {picture.file for picture in report.sheets[0].pictures} == {None}
    assert any("pixcrawler datasets verify" in (step.command or "") for step in report.next_steps)
