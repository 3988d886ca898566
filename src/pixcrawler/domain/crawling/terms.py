"""What a keyword says besides its words: ``"exact phrases"``, ``-excluded`` words, ``OR``.

``OR`` between two parts makes two searches of one keyword: every source can do that. ``AND`` is what
sources do anyway and is dropped. ``-word`` and ``-"two words"`` leave pictures out whose title or tags have
them, at every source. What only looks like an operator (``12" ruler``, ``spider-man``, ``Portland OR``,
``-5``) is text.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import msgspec

_TOKEN = re.compile(r'-?"[^"]*[^"\s][^"]*"(?=\s|$)|\S+')
_PHRASE = re.compile(r'(?<!\S)"([^"]+)"(?=\s|$)')
_EXCLUDED = re.compile(r'-(?:"([^"]+)"|([^\W\d_].*))')
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that put no blank between words: Thai, Lao, Burmese, Khmer, kana, Han."""


class Terms(msgspec.Struct, frozen=True):
    """A keyword taken apart. ``texts`` are what to search for, phrases in their quotes, at least one;
    ``exclude`` the words that nothing found may have."""

    texts: tuple[str, ...]
    exclude: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The keyword without quotes and exclusions."""
        return " OR ".join(unquoted(text) for text in self.texts)


def terms_of(keyword: str) -> Terms:
    """A keyword that has nothing but operators is searched as it is written."""
    parts: list[list[str]] = [[]]
    exclude: list[str] = []
    words = _TOKEN.findall(keyword)
    for word in words:
        left_out = _EXCLUDED.fullmatch(word)
        if left_out is not None:
            exclude.append(tidy(left_out[1] or left_out[2]))
        elif word == "OR":
            parts.append([])
        else:
            parts[-1].append(word)
    if not all(parts):  # an OR that has nothing before or behind it is a word, such as Oregon's
        parts = [[word for word in words if _EXCLUDED.fullmatch(word) is None]]
    texts = [_without_and(part) for part in parts]
    if not any(texts):
        return Terms((tidy(keyword),))
    return Terms(tuple(without_repeats(texts)), tuple(without_repeats(exclude)))


def _without_and(part: Sequence[str]) -> str:
    inner = [word for n, word in enumerate(part) if word != "AND" or n in (0, len(part) - 1)]
    return tidy(" ".join(inner))


def phrases(text: str) -> tuple[str, ...]:
    """What stands in quotes, without them."""
    return tuple(tidy(phrase) for phrase in _PHRASE.findall(text))


def unquoted(text: str) -> str:
    return tidy(_PHRASE.sub(r"\1", text))


def outside_phrases(text: str) -> str:
    """The words that are in no quotes."""
    return tidy(_PHRASE.sub(" ", text))


def spoken(text: str, exclude: Sequence[str], operators: Collection[str]) -> str:
    """The text for a source that knows these ``operators``: ``phrase`` (quotes) and ``not`` (``-word``)."""
    words = text if "phrase" in operators else unquoted(text)
    if not words or "not" not in operators:
        return words
    left_out = (f'-"{word}"' if " " in word else f"-{word}" for word in map(tidy, exclude) if '"' not in word)
    return " ".join([words, *left_out])


def tidy(text: str) -> str:
    """One blank between words, none around."""
    return " ".join(text.split())


def same(text: str) -> str:
    """What two texts have in common that differ in letter case and blanks only."""
    return tidy(text).casefold()


def without_repeats(texts: Iterable[str]) -> list[str]:
    """The first spelling of each, in order."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(same(text), text)
    return list(first.values())


def mentions(text: str, words: Sequence[str]) -> bool:
    """Whether the text has one of the words (or phrases), in any letter case, also in the plural.

    Whole words: ``car`` is not in “scarf”. In scripts without blanks between words any place counts.
    """
    return bool(words) and _any_of(tuple(words)).search(tidy(text).casefold()) is not None


@lru_cache(maxsize=256)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_one(same(word)) for word in words))


def _one(word: str) -> str:
    before = "" if _NO_SPACES.match(word) or not word[:1].isalnum() else r"(?<![^\W_])"
    after = "" if _NO_SPACES.search(word[-1:]) or not word[-1:].isalnum() else r"(?:s|es)?(?![^\W_])"
    return before + re.escape(word) + after
