"""Reading WordNet's database files as wndb(5WN) describes them: nouns, by binary search and byte offset.

Nothing is loaded: an index of 5 MB costs about 20 short reads for a word.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

LONGEST_LINE = 64 * 1024  # bytes; the longest of WordNet 3.1 has 15,000
_ENDINGS = (
    ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y"),
    ("s", ""),
)  # fmt: skip
"""Morphy's rules for nouns."""


class WordNetBroken(Exception):
    """A file is missing, or is not what wndb(5WN) says."""


class Synset(NamedTuple):
    """Words of one meaning. ``kinds`` are the offsets of its hyponyms and instances; it is an ``instance``
    itself when it means one person, place or star."""

    words: tuple[str, ...]
    gloss: str
    kinds: tuple[int, ...]
    instance: bool


class Senses(NamedTuple):
    """Offsets of a lemma's synsets. The first ``counted`` are in order of their frequency in texts; others
    were never counted, and their order says nothing."""

    lemma: str
    offsets: tuple[int, ...]
    counted: int


class WordNetFiles:
    """``index.noun``, ``data.noun`` and, where it is there, ``noun.exc`` of a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def senses(self, text: str) -> Senses:
        """None for an unknown word. Raises WordNetBroken."""
        with self._open("index.noun") as index:
            for lemma in self._base_forms("_".join(text.casefold().split())):
                if (line := _found(index, lemma)) is not None:
                    return _senses(lemma, line)
        return Senses(text, (), 0)

    def synset(self, offset: int) -> Synset:
        """Raises WordNetBroken."""
        with self._open("data.noun") as data:
            data.seek(offset)
            line = _line(data)
        head, _, gloss = line.partition(" | ")
        try:
            return _synset(head.split(), gloss, offset)
        except (ValueError, IndexError) as error:
            raise WordNetBroken(f"data.noun has no synset at byte {offset}.") from error

    def _open(self, name: str) -> BinaryIO:
        try:
            return (self._directory / name).open("rb")
        except OSError as error:
            raise WordNetBroken(f"{self._directory / name} cannot be read.") from error

    def _base_forms(self, word: str) -> Iterator[str]:
        yield word
        if (self._directory / "noun.exc").is_file():
            with self._open("noun.exc") as exceptions:
                line = _found(exceptions, word)
            if line is not None:
                yield from line.split()[1:]
        for ending, instead in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                yield word.removesuffix(ending) + instead


def _found(file: BinaryIO, word: str) -> str | None:
    """The line that begins with the word. Lines are sorted by their bytes; licence lines begin with a
    blank, which sorts before all words."""
    wanted = word.encode()
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle:
            file.readline(LONGEST_LINE)  # the rest of the line that the middle is in
        start = file.tell()
        line = _line(file)
        key = line.split(" ", 1)[0].encode()
        if line and key == wanted:
            return line
        if line and key < wanted:
            low = start + 1
        else:
            high = middle
    return None


def _line(file: BinaryIO) -> str:
    raw = file.readline(LONGEST_LINE)
    if len(raw) == LONGEST_LINE:
        raise WordNetBroken("A line is longer than WordNet's are.")
    return raw.decode("utf-8", "replace").rstrip("\n")


def _senses(lemma: str, line: str) -> Senses:
    """``lemma pos synset_cnt p_cnt [ptr…] sense_cnt tagsense_cnt offset…``"""
    fields = line.split()
    try:
        count, pointers = int(fields[2]), int(fields[3])
        counted = int(fields[5 + pointers])
        offsets = tuple(int(text) for text in fields[6 + pointers :])
    except (ValueError, IndexError) as error:
        raise WordNetBroken("A line of index.noun is not in WordNet's format.") from error
    if len(offsets) != count:
        raise WordNetBroken("A line of index.noun is not in WordNet's format.")
    return Senses(lemma.replace("_", " "), offsets, counted)


def _synset(fields: list[str], gloss: str, offset: int) -> Synset:
    """``offset lex_filenum ss_type w_cnt(hex) (word lex_id)… p_cnt (symbol offset pos source/target)…``"""
    if int(fields[0]) != offset or fields[2] != "n":
        raise ValueError(fields[0])
    count = int(fields[3], 16)
    words = tuple(fields[4 : 4 + 2 * count : 2])
    pointers = fields[5 + 2 * count :]
    number = int(fields[4 + 2 * count])
    kinds = [
        int(pointers[4 * n + 1])
        for n in range(number)
        if pointers[4 * n] in ("~", "~i") and pointers[4 * n + 2] == "n"
    ]
    instance = any(pointers[4 * n] == "@i" for n in range(number))
    said = re.split(r'; "|;\s*$', gloss.strip(), maxsplit=1)[0]
    return Synset(tuple(word.replace("_", " ") for word in words), said.strip(), tuple(kinds), instance)
