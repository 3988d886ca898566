"""The main job on hundreds of real pictures, by the real command over real HTTP."""

import json
import shutil
from collections import Counter

import pytest

from pixcrawler.domain.shared.reasons import Reason
from tests.integration.exporters.hugging_face import loaded
from tests.real.corpus import Corpus
from tests.real.crawl import Crawled, checksums, crawl, digests

pytestmark = pytest.mark.real

KEYWORDS = ("animals", "plants", "food", "vehicles", "town", "seasonal", "nature")
HUB = {"train": "train", "val": "validation", "test": "test"}
# Reasons that speak of the picture itself; none of these files is broken.
BROKEN = {
    Reason.NOT_AN_IMAGE,
    Reason.TRUNCATED,
    Reason.CORRUPT,
    Reason.UNSUPPORTED_FORMAT,
    Reason.DECODE_LIMIT,
}


@pytest.fixture(scope="session")
async def everything(real_port: int, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """All that the words find."""
    return await crawl(real_port, KEYWORDS, max_images=5_000, at=tmp_path_factory.mktemp("everything"))


@pytest.fixture(scope="session")
async def a_hundred(real_port: int, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return await crawl(real_port, KEYWORDS, max_images=100, at=tmp_path_factory.mktemp("hundred"))


def test_the_corpus_is_large_and_of_many_kinds(real_pictures: Corpus) -> None:
    assert len(real_pictures.pictures) >= 800
    assert all(len(real_pictures.found_by(keyword)) >= 10 for keyword in KEYWORDS)


def test_every_picture_that_a_search_finds_is_a_candidate_once(
    real_pictures: Corpus, everything: Crawled
) -> None:
    found = {picture.path for keyword in KEYWORDS for picture in real_pictures.found_by(keyword)}
    assert everything.job["candidates"] == len(found)


@pytest.mark.parametrize("which", ["everything", "a_hundred"])
def test_every_candidate_is_accepted_or_rejected_for_one_reason(
    which: str, request: pytest.FixtureRequest
) -> None:
    job = request.getfixturevalue(which).job
    assert job["accepted"] + sum(job["rejected"].values()) == job["candidates"]


def test_a_search_that_has_too_little_ends_completed_and_says_how_many_are_missing(
    everything: Crawled,
) -> None:
    job = everything.job
    assert (job["status"], job["missing"]) == ("completed", 5_000 - job["accepted"])


def test_no_real_picture_is_taken_for_broken(everything: Crawled) -> None:
    assert not BROKEN & set(everything.job["rejected"])


def test_max_images_is_met_exactly(a_hundred: Crawled) -> None:
    job = a_hundred.job
    assert (a_hundred.status, job["status"], job["accepted"], job["missing"]) == (0, "completed", 100, 0)
    assert a_hundred.said["dataset"]["images"] == 100


def test_each_keyword_gets_its_share(a_hundred: Crawled) -> None:
    classes = json.loads((a_hundred.folder / "stats.json").read_bytes())["classes"]
    assert set(classes) == set(KEYWORDS)
    assert min(classes.values()) >= 10


@pytest.mark.parametrize("which", ["everything", "a_hundred"])
def test_hugging_face_counts_the_same_pictures_per_split_and_class(
    which: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    crawled: Crawled = request.getfixturevalue(which)
    stats = json.loads((crawled.folder / "stats.json").read_bytes())
    rows = [json.loads(line) for line in (crawled.folder / "manifest.jsonl").read_bytes().splitlines()]
    counted = Counter((row["split"], row["label"]) for row in rows)
    listed = {split: {k: n for (s, k), n in counted.items() if s == split} for split, _ in counted}
    filled = {split: {k: n for k, n in inside.items() if n} for split, inside in stats["splits"].items()}
    assert listed == {split: inside for split, inside in filled.items() if inside}
    assert sum(counted.values()) == stats["images"] == crawled.job["accepted"]

    cache = tmp_path_factory.mktemp("hugging-face")
    for found in loaded(crawled.folder, cache).values():
        assert found == {HUB[split]: inside for split, inside in listed.items()}
    shutil.rmtree(cache)


@pytest.mark.parametrize("which", ["everything", "a_hundred"])
def test_each_file_has_the_digest_that_the_list_of_checksums_gives(
    which: str, request: pytest.FixtureRequest
) -> None:
    crawled: Crawled = request.getfixturevalue(which)
    found = digests(crawled.folder)
    del found["SHA256SUMS"]
    assert {name: found.get(name) for name in checksums(crawled.folder)} == checksums(crawled.folder)


def test_no_picture_is_in_the_dataset_twice(everything: Crawled) -> None:
    pictures = [
        digest for name, digest in digests(everything.folder).items() if name.endswith((".png", ".jpg"))
    ]
    assert len(pictures) == len(set(pictures))


def test_the_files_are_the_very_files_that_were_served(real_pictures: Corpus, everything: Crawled) -> None:
    served = set(digests(real_pictures.folder / "usr/share/tuxpaint").values())
    served |= set(digests(real_pictures.folder / "usr/share/backgrounds").values())
    rows = [json.loads(line) for line in (everything.folder / "manifest.jsonl").read_bytes().splitlines()]
    assert {row["sha256"] for row in rows} <= served
