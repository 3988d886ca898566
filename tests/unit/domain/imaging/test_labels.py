"""Who is believed about what a picture shows."""

from itertools import permutations

import pytest

from pixcrawler.domain.imaging.labels import Choice, Label, LabelSource, chosen

QUERY = Label("cat", LabelSource.QUERY, 1)
CATEGORY = Label("pets", LabelSource.CATEGORY, 1)
OWN = Label("tabby", LabelSource.CATEGORY, 0)
TAXON = Label("Felis catus", LabelSource.TAXON)
TAG = Label("cute", LabelSource.SOURCE_TAG)
SURE = Label("lynx", LabelSource.MODEL, 0, 0.9, "m1")
SURER = Label("dog", LabelSource.MODEL, 0, 0.95, "m2")
UNSURE = Label("fox", LabelSource.MODEL, 0, 0.79, "m3")
FIRST = Label("wild cat", LabelSource.PERSON, 0)
SECOND = Label("feline", LabelSource.PERSON, 1)


@pytest.mark.parametrize(
    ("said", "label", "source"),
    [
        ([QUERY], "cat", "query"),
        ([QUERY, CATEGORY], "pets", "category"),
        ([CATEGORY, OWN], "tabby", "category"),
        ([QUERY, CATEGORY, TAXON], "Felis catus", "taxon"),
        ([TAXON, SURE], "lynx", "model"),
        ([TAXON, UNSURE], "Felis catus", "taxon"),
        ([QUERY, SURE, SURER, UNSURE], "dog", "model"),
        ([FIRST, SURER, TAXON, QUERY], "wild cat", "person"),
        ([QUERY, TAG], "cat", "query"),
    ],
)
def test_the_order_of_the_sources(said: list[Label], label: str, source: str) -> None:
    for order in permutations(said):
        choice = chosen(order, threshold=0.8)
        assert choice is not None
        assert (choice.label, choice.source) == (label, source)


def test_tags_and_unsure_models_alone_say_nothing() -> None:
    assert chosen([TAG, UNSURE], threshold=0.8) is None
    assert chosen([], threshold=0) is None


def test_all_labels_of_a_person_count_and_the_models_confidence_is_kept() -> None:
    assert chosen([SECOND, FIRST], threshold=0.8) == Choice(
        "wild cat", ("wild cat", "feline"), LabelSource.PERSON, None
    )
    assert chosen([SURE], threshold=0.9) == Choice("lynx", ("lynx",), LabelSource.MODEL, 0.9)


def test_several_found_labels_are_kept_where_the_job_wants_them() -> None:
    found = [Label("dog", LabelSource.QUERY, 1), Label("cat", LabelSource.QUERY, 0)]
    several = chosen(found, threshold=0.8, several=True)
    assert several == Choice("cat", ("cat", "dog"), LabelSource.QUERY, None)
    one = chosen(found, threshold=0.8)
    assert one is not None
    assert one.labels == ("cat",)
