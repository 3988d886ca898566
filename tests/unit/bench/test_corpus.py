"""The benchmark's corpus is what its README says."""

import io
from pathlib import Path

import imagehash
import pytest
from bench.corpus import SHARES, Corpus, describe, open_corpus, plan
from PIL import Image


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return open_corpus(tmp_path_factory.mktemp("bench"), count=24, seed=3, processes=1)


def body(corpus: Corpus, path: str) -> bytes:
    return (corpus.folder / path).read_bytes()


def opened(corpus: Corpus, path: str) -> Image.Image:
    return Image.open(io.BytesIO(body(corpus, path)))


def test_the_full_list_has_exactly_the_shares_of_the_readme() -> None:
    entries = plan(3000, seed=1)
    assert {kind: sum(entry.kind == kind for entry in entries) for kind in SHARES} == SHARES
    assert len({entry.path for entry in entries}) == 3000


def test_a_smaller_list_has_every_kind() -> None:
    assert {entry.kind for entry in plan(24, seed=3)} == set(SHARES)


@pytest.mark.long
def test_the_same_seed_makes_the_same_files(made: Corpus, tmp_path: Path) -> None:
    again = open_corpus(tmp_path, count=24, seed=3, processes=1)
    assert again.entries == made.entries
    assert all(
        body(again, entry.path) == body(made, entry.path) for entry in made.entries if entry.kind != "missing"
    )


@pytest.mark.long
def test_every_kind_is_what_it_is_called(made: Corpus) -> None:
    for entry in made.entries:
        match entry.kind:
            case "missing":
                assert not (made.folder / entry.path).exists()
            case "html":
                assert body(made, entry.path).startswith(b"<!doctype html>")
            case "truncated":
                with pytest.raises(OSError, match="truncated"):
                    opened(made, entry.path).load()
            case "exact":
                assert body(made, entry.path) == body(made, str(entry.of))
            case "near":
                one, other = (opened(made, path) for path in (entry.path, str(entry.of)))
                assert imagehash.phash(one) - imagehash.phash(other) <= 4
            case kind:
                assert (opened(made, entry.path).format or "").lower() == kind


@pytest.mark.long
def test_the_description_counts_what_is_there(made: Corpus) -> None:
    told = describe(made)
    assert told["urls"] == 24
    assert told["kinds"] == dict(made.counts())
