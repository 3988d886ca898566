"""Further search texts of a keyword: which of those that somebody proposes are searched for."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from pixcrawler.domain.crawling.spec import MAX_KEYWORD_LENGTH, Keyword
from pixcrawler.domain.crawling.terms import mentions, phrases, same, tidy, unquoted

_SENSE = re.compile(r"(.*\S)#(\d{1,2})")


class Method(StrEnum):
    """Where further search texts come from."""

    OFF = "off"
    TEMPLATES = "templates"
    WORDNET = "wordnet"
    LLM = "llm"


class Further(msgspec.Struct, frozen=True):
    """A further search text, and why it was proposed, in a word or two."""

    text: str
    why: str


class Expansion(msgspec.Struct, frozen=True):
    """What was proposed for one text. ``sense`` says what the text was taken to mean, ``notice`` what the
    user should know besides."""

    queries: tuple[Further, ...] = ()
    sense: str | None = None
    notice: str | None = None


def fitting(
    keyword: Keyword, proposed: Iterable[Further], *, exclude: Sequence[str], taken: Iterable[str], most: int
) -> tuple[Further, ...]:
    """The first ``most`` proposals that are new, keep the keyword's exact phrases as they are, and have
    none of the excluded words. ``taken`` are texts that the job searches for already, whatever the keyword.
    """
    known = {same(text) for text in (*taken, *keyword.texts)}
    unwanted = tuple(dict.fromkeys((*exclude, *keyword.exclude)))
    kept: list[Further] = []
    for one in proposed:
        text = tidy(one.text)
        if len(kept) == most:
            break
        if same(text) in known or not _is_a_query(text) or mentions(text, unwanted):
            continue
        if any(f'"{phrase}"' not in text for phrase in phrases(keyword.text)):
            continue
        known.add(same(text))
        kept.append(Further(text, one.why))
    return tuple(kept)


def sense_of(text: str) -> tuple[str, int]:
    """``crane#2`` is the second sense of ``crane``; 0 where none is chosen."""
    chosen = _SENSE.fullmatch(text)
    return (text, 0) if chosen is None else (chosen[1], int(chosen[2]))


def without_sense(keyword: Keyword, method: Method) -> Keyword:
    """What is searched for, and the label, after WordNet was told which sense is meant."""
    texts = [sense_of(text)[0] for text in keyword.texts]
    if method is not Method.WORDNET or texts == list(keyword.texts):
        return keyword
    own = keyword.label == unquoted(keyword.text)
    label = unquoted(texts[0]) if own else keyword.label
    return Keyword(texts[0], label, tuple(texts[1:]), keyword.exclude)


def _is_a_query(text: str) -> bool:
    return 0 < len(text) <= MAX_KEYWORD_LENGTH and text.isprintable()
