"""WordNet's files: a small one that the tests write, and the real one where it is installed."""

import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixcrawler.adapters.expansion.wordnet import WordNet, found_directory
from pixcrawler.adapters.expansion.wordnet_files import WordNetBroken, WordNetFiles
from pixcrawler.application.crawling.expand_keywords import ExpandKeywords, ExpansionWanted
from pixcrawler.application.ports.expander import ExpanderOff
from pixcrawler.domain.crawling.expansion import Expansion, Method
from pixcrawler.domain.crawling.spec import checked_keywords, checked_words
from tests.unit.adapters.expansion.wordnet import ANIMALS, write_wordnet


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return write_wordnet(tmp_path / "wordnet", ANIMALS, {"crane": ["machine", "bird crane"]})


async def expanded(directory: Path, text: str) -> Expansion:
    return await WordNet(directory).expand(text, exclude=(), most=5)


async def test_other_words_come_first_then_kinds_breadth_first(directory: Path) -> None:
    dog = await expanded(directory, "Dogs")
    assert [(one.text, one.why) for one in dog.queries] == [
        ("dog", "same meaning"),
        ("domestic dog", "same meaning"),
        ("Canis familiaris", "same meaning"),
        ("puppy", "kind of dog"),
        ("hound", "kind of dog"),
        ("beagle", "kind of dog"),
    ]
    assert dog.sense == "dog: a member of the genus Canis"
    assert dog.notice is None


async def test_the_most_frequent_sense_is_meant_and_the_others_are_told(directory: Path) -> None:
    crane = await expanded(directory, "crane")
    assert crane.sense == "crane: lifts and moves heavy objects"
    assert crane.notice == "Other senses are crane#2: large long-necked wading bird."
    bird = await expanded(directory, "crane#2")
    assert "whooping crane" in [one.text for one in bird.queries]
    assert (await expanded(directory, "crane#3")).notice == "“crane” has 2 senses in WordNet, and no #3."


async def test_a_chosen_sense_is_neither_searched_for_nor_a_label(directory: Path) -> None:
    act = ExpandKeywords(expanders={Method.WORDNET: WordNet(directory)}, most=1)
    (crane,) = await act(ExpansionWanted(keywords=checked_keywords(("crane#2",)), method=Method.WORDNET))
    assert (crane.keyword, crane.label, [one.text for one in crane.queries]) == (
        "crane",
        "crane",
        ["whooping crane"],
    )
    named = checked_words((), {"birds": ["crane#2"]})
    assert (await act(ExpansionWanted(keywords=named, method=Method.WORDNET)))[0].label == "birds"


async def test_irregular_forms_are_known(directory: Path) -> None:
    assert (await expanded(directory, "geese")).sense == "goose: web-footed bird"


async def test_unknown_words_and_exact_phrases_are_said(directory: Path) -> None:
    assert (await expanded(directory, "xyzzy")).notice == "WordNet does not know the noun “xyzzy”."
    assert "exact phrase" in ((await expanded(directory, '"dog"')).notice or "")
    pups = await expanded(directory, '"red collar" dog')
    assert '"red collar" puppy' in [one.text for one in pups.queries]


async def test_absence_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExpanderOff, match="wordnet-base"):
        await WordNet(None).expand("dog", exclude=(), most=5)
    with pytest.raises(ExpanderOff, match="EXPANSION_WORDNET_DIR"):
        await WordNet(tmp_path).expand("dog", exclude=(), most=5)


@pytest.mark.parametrize("damage", ["0 n", "dog n x 0 1", "dog n 2 0 1 1 00000000", "dog n 1 9 ~ 1"])
async def test_a_damaged_index_is_told(directory: Path, damage: str) -> None:
    (directory / "index.noun").write_text(f"{damage}\ndog n\n")
    with pytest.raises(ExpanderOff):
        await expanded(directory, "dog")


@pytest.mark.parametrize("data", [b"", b"x" * 200_000, b"\xff\xfe" * 100, b"00000000 05 n zz dog"])
async def test_damaged_data_is_told(directory: Path, data: bytes) -> None:
    (directory / "data.noun").write_bytes(data)
    with pytest.raises(ExpanderOff):
        await expanded(directory, "dog")


words = st.text(string.ascii_lowercase + "_-.'", min_size=1, max_size=8).filter(lambda w: w[0] not in "-.'_")


@settings(max_examples=150, deadline=None)
@given(st.sets(words, min_size=1, max_size=30), words)
def test_each_word_is_found_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, known: set[str], other: str
) -> None:
    directory = write_wordnet(
        tmp_path_factory.mktemp("wordnet"), {word: ([word], [], f"meaning of {word}") for word in known}
    )
    files = WordNetFiles(directory)
    for word in known:
        lemma, (offset,), _ = files.senses(word)
        assert files.synset(offset).gloss == f"meaning of {word}"
        assert lemma == word.replace("_", " ")
    if not any(other.startswith(word[:-2] or word) for word in known):
        assert files.senses(other).offsets == ()


REAL = found_directory(None)


@pytest.mark.skipif(REAL is None, reason="WordNet is not here; apt-get install wordnet-base")
async def test_the_real_wordnet_knows_dogs_and_jaguars() -> None:
    assert REAL is not None
    dog = await expanded(REAL, "dogs")
    assert {"domestic dog", "puppy"} <= {one.text for one in dog.queries}
    crane = await expanded(REAL, "crane")
    assert "heavy objects" in (crane.sense or "")  # neither of the writers, who come first
    jaguar = await expanded(REAL, "jaguar")
    assert "feline" in (jaguar.sense or "")
    files = WordNetFiles(REAL)
    for word in ("'hood", "a", "aardvark", "zygote", "zymurgy", "mice", "red fox", "women"):
        assert files.senses(word).offsets, word
    with pytest.raises(WordNetBroken):
        files.synset(17)
