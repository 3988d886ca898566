"""A worker that dies between any two steps: the next one finishes the job as if nothing had been."""

import pytest

from pixcrawler.domain.shared.ids import DatasetVersionId, ExportId
from tests.crash.conftest import OpenScene, Scene
from tests.crash.tricked_worker import DIED

pytestmark = [pytest.mark.crash, pytest.mark.long]

POINTS = [
    pytest.param("claimed search_page", id="after-the-claim-of-a-search"),
    pytest.param("search commit", id="before-the-commit-of-a-search"),
    pytest.param("search committed", id="after-the-commit-of-a-search"),
    pytest.param("claimed run_chunk", id="after-the-claim-of-a-chunk"),
    pytest.param("keep:20", id="in-the-middle-of-a-batch"),
    pytest.param("kept:10", id="after-keeping-a-picture-before-its-row"),
    pytest.param("chunk commit", id="before-the-commit-of-a-batch"),
    pytest.param("chunk committed", id="after-the-commit-of-a-batch"),
    pytest.param("claimed settle_job", id="after-the-claim-of-settling"),
    pytest.param("settle commit", id="before-the-commit-of-settling"),
    pytest.param("settle committed", id="after-the-commit-of-settling"),
    pytest.param("build commit:2", id="before-what-a-version-needs-is-noted"),
    pytest.param("build keep", id="before-the-manifest-is-stored"),
    pytest.param("build commit:3", id="after-the-manifest-is-stored-before-its-row"),
    pytest.param("export progress", id="in-the-middle-of-an-export"),
    pytest.param("export publish", id="before-an-export-is-moved-into-place"),
    pytest.param("export alone", id="alone-in-the-folder-of-an-export"),
    pytest.param("export published", id="after-an-export-is-moved-into-place-before-its-row"),
    pytest.param("export commit:3", id="before-the-commit-of-an-export"),
]
ARCHIVES = [
    pytest.param("export progress", id="in-the-middle-of-an-archive"),
    pytest.param("export publish", id="after-an-archive-is-written-before-it-counts"),
    pytest.param("export published", id="after-an-archive-is-stored-before-its-row"),
]


@pytest.mark.parametrize("point", POINTS)
async def test_a_worker_that_dies_at_any_step_costs_nothing(open_scene: OpenScene, point: str) -> None:
    async with open_scene(pictures=75, max_images=400, delay=0.1) as scene:
        scene.folder.mkdir()
        doomed = scene.fleet.start("--die", point)
        if point.startswith("chunk"):
            scene.web.hold(after=40)  # so that the batch is not the chunk's last
        version, export = await _ask_for_what_it_dies_of(scene, point)
        assert await doomed.ended() == DIED, doomed.said[-3000:]
        scene.web.release()
        scene.clock.fault()
        scene.fleet.start()
        await scene.crawl.ended()
        version = version or await scene.crawl.request_version()
        await scene.crawl.built(version)
        export = export or await scene.crawl.request_export(version, scene.folder)
        await scene.crawl.exported(export)
        await scene.must_be_right(fetches=2, packaged=True)


@pytest.mark.parametrize("point", ARCHIVES)
async def test_a_worker_that_dies_writing_an_archive_leaves_one_that_counts(
    open_scene: OpenScene, point: str
) -> None:
    async with open_scene(pictures=75, max_images=400) as scene:
        doomed = scene.fleet.start("--die", point)
        await scene.crawl.ended()
        version = await scene.crawl.request_version()
        await scene.crawl.built(version)
        export = await scene.crawl.request_export(version, None)
        assert await doomed.ended() == DIED, doomed.said[-3000:]
        scene.clock.fault()
        scene.fleet.start()
        await scene.crawl.exported(export)
        wrong = await scene.judge.faults_of_archive(export, scene.corpus.good)
        assert not wrong, "\n".join(wrong)


async def _ask_for_what_it_dies_of(
    scene: Scene, point: str
) -> tuple[DatasetVersionId | None, ExportId | None]:
    if not point.startswith(("build", "export")):
        return None, None
    await scene.crawl.ended()
    version = await scene.crawl.request_version()
    if point.startswith("build"):
        return version, None
    await scene.crawl.built(version)
    return version, await scene.crawl.request_export(version, scene.folder)
