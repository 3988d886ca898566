"""What a keyword says besides its words."""

import pytest

from pixcrawler.domain.crawling.query import searches
from pixcrawler.domain.crawling.spec import JobSpec, Keyword, checked_keywords, checked_words, with_queries
from pixcrawler.domain.crawling.terms import Terms, mentions, spoken, terms_of, unquoted


@pytest.mark.parametrize(
    ("keyword", "texts", "exclude"),
    [
        ("red fox", ["red fox"], []),
        ("jaguar -car -cars", ["jaguar"], ["car", "cars"]),
        ('jaguar -"sports car"', ["jaguar"], ["sports car"]),
        ("cat OR kitten", ["cat", "kitten"], []),
        ("cat OR kitten -toy", ["cat", "kitten"], ["toy"]),
        ("cat OR Cat", ["cat"], []),
        ("cat AND dog", ["cat dog"], []),
        ('"red fox" -cub', ['"red fox"'], ["cub"]),
        ('"cat OR dog"', ['"cat OR dog"'], []),
        ("Portland OR", ["Portland OR"], []),
        ("OR gate", ["OR gate"], []),
        ("AND gate", ["AND gate"], []),
        ("spider-man", ["spider-man"], []),
        ('12" ruler', ['12" ruler'], []),
        ("water -5 degrees", ["water -5 degrees"], []),
        ("-car", ["-car"], []),
        ("猫 -犬", ["猫"], ["犬"]),
    ],
)
def test_operators_are_taken_apart_and_look_alikes_stay(
    keyword: str, texts: list[str], exclude: list[str]
) -> None:
    assert terms_of(keyword) == Terms(tuple(texts), tuple(exclude))


def test_the_label_is_the_keyword_without_its_operators() -> None:
    (keyword,) = checked_keywords(('"red fox"  cub -toy',))
    assert keyword == Keyword('"red fox" cub', "red fox cub", (), ("toy",))
    (either,) = checked_keywords(("cat OR kitten",))
    assert (either.label, either.texts, either.by_category) == ("cat OR kitten", ("cat", "kitten"), False)
    (named,) = checked_words((), {"feline": ["cat OR kitten"]})
    assert (named.label, named.by_category) == ("feline", True)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("A red CAR", ["car"], True),
        ("Two cars", ["car"], True),
        ("scarf and carpet", ["car"], False),
        ("jaguar_car_1967", ["car"], True),
        ("a sports  car", ["sports car"], True),
        ("car for sports", ["sports car"], False),
        ("黑猫图", ["猫"], True),
        ("C++ code", ["c++"], True),
        ("anything", [], False),
    ],
)
def test_words_are_found_as_words(text: str, words: list[str], found: bool) -> None:
    assert mentions(text, words) is found


@pytest.mark.parametrize(
    ("operators", "said"),
    [
        ({"phrase", "not"}, '"red fox" cub -toy -"stuffed animal"'),
        ({"phrase"}, '"red fox" cub'),
        ({"not"}, 'red fox cub -toy -"stuffed animal"'),
        (set(), "red fox cub"),
    ],
)
def test_a_source_hears_only_operators_that_it_knows(operators: set[str], said: str) -> None:
    assert spoken('"red fox" cub', ["toy", "stuffed animal"], operators) == said
    assert spoken("", ["toy"], operators) == ""
    assert unquoted('"red fox" cub') == "red fox cub"


def spec(*keywords: Keyword, sources: tuple[str, ...] = ("one", "two")) -> JobSpec:
    return JobSpec(keywords=keywords, sources=sources)


def test_no_source_is_asked_the_same_twice() -> None:
    cat = Keyword("cat", "cat", ("kitten", "CAT", " Kitten ", "tabby"))
    dog = Keyword("dog", "dog", ("Tabby", "puppy"))
    kitten = Keyword("kitten", "kitten")
    assert searches(spec(cat, dog, kitten, sources=("one",))) == [
        (0, "one", "cat"),
        (0, "one", "tabby"),
        (1, "one", "dog"),
        (1, "one", "puppy"),
        (2, "one", "kitten"),
    ]


def test_a_keywords_texts_take_turns_over_all_sources() -> None:
    assert searches(spec(Keyword("cat", "cat", ("kitten",)))) == [
        (0, "one", "cat"),
        (0, "two", "cat"),
        (0, "one", "kitten"),
        (0, "two", "kitten"),
    ]


def test_other_exclusions_make_another_query() -> None:
    animal, car = Keyword("jaguar", "animal", (), ("car",)), Keyword("jaguar", "car", (), ("cat",))
    assert [number for number, _, _ in searches(spec(animal, car, sources=("one",)))] == [0, 1]


def test_queries_go_to_the_keyword_that_they_name() -> None:
    keywords = checked_words(["Red Fox", "wolf"], {"birds": ["owl"]})
    found = with_queries(keywords, {"red  fox": ["vulpes", "RED FOX", "vixen"], "OWL": ["barn owl"]})
    assert [keyword.queries for keyword in found] == [("vulpes", "vixen"), (), ("barn owl",)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"bear": ["grizzly"]}, "no keyword"),
        ({"fox": ["x" * 201]}, "longer than"),
        ({"fox": [" "]}, "is empty"),
        ({"fox": [f"fox {n}" for n in range(100)]}, "search texts"),
    ],
)
def test_senseless_queries_are_refused(more: dict[str, list[str]], said: str) -> None:
    with pytest.raises(Exception, match=said):
        with_queries(checked_keywords(("fox",)), more)
