"""Further search texts from WordNet: other words for the same thing, and kinds of it."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pixcrawler.adapters.expansion.wordnet_files import Senses, Synset, WordNetBroken, WordNetFiles
from pixcrawler.application.ports.expander import ExpanderOff
from pixcrawler.domain.crawling.expansion import Expansion, Further, sense_of
from pixcrawler.domain.crawling.terms import outside_phrases, phrases, unquoted

DEBIAN = Path("/usr/share/wordnet")
"""Where Debian's package wordnet-base puts the files."""
DEEPEST = 3
"""Kinds of kinds of kinds, and no further."""
MOST_SENSES = 5
"""Others that are told."""


class WordNet:
    """See the port. ``directory`` None: no such files are there."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    async def expand(self, text: str, *, exclude: tuple[str, ...], most: int) -> Expansion:  # noqa: ARG002
        """A word may end in ``#2`` for its second sense; without that the most frequent one is meant."""
        if self._directory is None:
            raise ExpanderOff(
                "There is no WordNet here: install Debian's wordnet-base, or set EXPANSION_WORDNET_DIR to"
                " the directory with index.noun and data.noun.",
                field="method",
            )
        try:
            return await asyncio.to_thread(_expanded, WordNetFiles(self._directory), text, most)
        except WordNetBroken as error:
            raise ExpanderOff(
                f"WordNet cannot be used: {error} Check EXPANSION_WORDNET_DIR.", field="method"
            ) from error


def found_directory(configured: Path | None) -> Path | None:
    """The configured one whatever is in it, else Debian's if it is there."""
    if configured is not None:
        return configured
    return DEBIAN if (DEBIAN / "index.noun").is_file() and (DEBIAN / "data.noun").is_file() else None


def _expanded(files: WordNetFiles, text: str, most: int) -> Expansion:
    plain, number = sense_of(text)
    exact, word = phrases(plain), outside_phrases(plain)
    if not word:
        return Expansion(notice=f"“{unquoted(text)}” is an exact phrase, which stays as it is.")
    lemma, offsets, _ = senses = files.senses(word)
    if not offsets:
        return Expansion(notice=f"WordNet does not know the noun “{word}”.")
    number = number or _usual(files, senses)
    if not 1 <= number <= len(offsets):
        return Expansion(notice=f"“{word}” has {len(offsets)} senses in WordNet, and no #{number}.")
    synset = files.synset(offsets[number - 1])
    quoted = [f'"{phrase}"' for phrase in exact]
    near = islice(_near(files, synset, lemma), 4 * most)
    return Expansion(
        queries=tuple(Further(" ".join([*quoted, one.text]), one.why) for one in near),
        sense=f"{lemma}: {_short(synset.gloss)}",
        notice=_others(files, word, offsets, number),
    )


def _near(files: WordNetFiles, synset: Synset, lemma: str) -> Iterator[Further]:
    """Other words for it, then its kinds, breadth first."""
    for word in synset.words:
        yield Further(word, "same meaning")
    level, seen = list(synset.kinds), set(synset.kinds)
    for _ in range(DEEPEST):
        below: list[int] = []
        for offset in level:
            kind = files.synset(offset)
            yield Further(kind.words[0], f"kind of {lemma}")
            below += [one for one in kind.kinds if one not in seen]
            seen.update(kind.kinds)
        level = below


def _others(files: WordNetFiles, word: str, offsets: tuple[int, ...], number: int) -> str | None:
    """How to mean something else."""
    others = [n for n in range(1, len(offsets) + 1) if n != number][:MOST_SENSES]
    told = [f"{word}#{n}: {_short(files.synset(offsets[n - 1]).gloss)}" for n in others]
    return f"Other senses are {'; '.join(told)}." if told else None


def _usual(files: WordNetFiles, senses: Senses) -> int:
    """The most frequent sense. Where none was ever counted, the first that is no single person or place."""
    if senses.counted == 0:
        for number, offset in enumerate(senses.offsets, 1):
            if not files.synset(offset).instance:
                return number
    return 1


def _short(gloss: str) -> str:
    return gloss.split(";", 1)[0].strip()
