"""From a label, which may be any text, to the name of its folder.

Loaders guess from folder names. Hugging Face ``datasets`` takes a split keyword between separators
(``test tube``, ``my-val``) for a split, and skips folders that begin with ``.`` or ``__``; FiftyOne
reads ``_unlabeled`` as "no class"; file systems refuse or confuse more. The true label is in the metadata.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

UNLABELED = "_unlabeled"
MAX_BYTES = 100

_MARK = "cls="
# Separators on both sides make a keyword: NON_WORDS_CHARS of datasets/data_files.py. Its letter case
# counts there; other tools ignore it, so here it does not.
_SPLIT_KEYWORD = re.compile(
    r"(?:(?<=[-._ 0-9])|^)"
    r"(?=(?:train|training|validation|valid|val|dev|test|testing|eval|evaluation)(?:[-._ 0-9]|$))",
    re.IGNORECASE,
)
# ``datasets`` puts variables of the environment into paths: ``$HOME``.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\[\]{}#%$]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|(?:com|lpt)[0-9\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}"
    r"\N{SUPERSCRIPT THREE}]) *(?:\.|$)",
    re.IGNORECASE,
)
# Names by which loaders look for the file that stands beside the class folders.
_METADATA = re.compile(r"metadata\.(?:csv|jsonl|parquet)", re.IGNORECASE)
# Joiners hold emoji and several scripts together; every other invisible character only deceives.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def class_folders(labels: Iterable[str]) -> dict[str, str]:
    """The folder of each label: unique also where letter case and Unicode spelling do not count.

    Names are NFC, at most ``MAX_BYTES`` bytes of UTF-8, and depend on the set of labels only.
    """
    folders: dict[str, str] = {}
    taken: set[str] = set()
    for label in sorted(set(labels)):
        name = _shortened(_escaped(label), label)
        length = 8
        while _folded(name) in taken:
            name = _with_digest(_escaped(label), label, length)
            length += 8
        taken.add(_folded(name))
        folders[label] = name
    return folders


def _escaped(label: str) -> str:
    text = unicodedata.normalize("NFC", label).strip()
    text = "".join(_plain(char) for char in text)
    text = _FORBIDDEN.sub("_", text)
    text = re.sub(r"[. ]+$", lambda tail: "_" * len(tail[0]), text)
    if not text:
        return UNLABELED
    text = _SPLIT_KEYWORD.sub("=", text)
    if text[0] == "=":
        return "cls" + text
    if text[0] in "._-~ " or _RESERVED.match(text) or _METADATA.fullmatch(text):
        return _MARK + text
    return text


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and char not in _JOINERS):
        return "_"
    return char


def _shortened(name: str, label: str) -> str:
    return name if len(name.encode()) <= MAX_BYTES else _with_digest(name, label, 8)


def _with_digest(name: str, label: str, length: int) -> str:
    """The name, cut if need be, and the beginning of the label's SHA-256, which no keyword can be part of."""
    suffix = "-" + hashlib.sha256(label.encode(errors="surrogatepass")).hexdigest()[:length]
    room = MAX_BYTES - len(suffix) - 1
    cut = name.encode()[:room].decode(errors="ignore") + suffix
    return _SPLIT_KEYWORD.sub("=", cut)  # "testosterone", cut, may end in "test"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
