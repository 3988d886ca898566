"""The file of `crawl --config`: categories, their keywords, and how many pictures of each."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.spec import MAX_IMAGES, Keyword, checked_words
from pixcrawler.domain.crawling.terms import same, tidy

DEEPEST = 8
OPTIONS = ("keywords", "label", "max_images", "minimum")
TOP = ("categories", "classes", "conflicts", "labels", "max_images", "minimum")
EXAMPLE = '{"cat": ["tabby", "kitten"], "dog": {"keywords": ["poodle"], "max_images": 50}}'


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a crawl looks for. ``targets`` and ``minimums`` are images by label; None: nobody says."""

    keywords: tuple[Keyword, ...] = ()
    targets: dict[str, int] = {}
    minimums: dict[str, int] = {}
    conflicts: Conflicts | None = None
    max_images: int | None = None


class _Leaf(msgspec.Struct, frozen=True):
    """A category that has keywords, and where in the file it stands."""

    field: str
    path: tuple[str, ...]
    options: dict[str, Any]


def read_plan(path: Path) -> Plan:
    """Raises InvalidJob, whose sentence names the file, and the field in it that is wrong."""
    reader = _Reader(path)
    return reader.plan(reader.content())


class _Reader:
    """One file. What is wrong in it is told with the file's name."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def content(self) -> dict[str, Any]:
        try:
            text = self._path.read_text(encoding="utf-8-sig")
            toml = self._path.suffix.lower() == ".toml"
            found = tomllib.loads(text) if toml else json.loads(text, object_pairs_hook=_once)
        except OSError as error:
            raise InvalidJob(f"{self._path} cannot be read; check --config.", field="config") from error
        except UnicodeDecodeError as error:
            raise InvalidJob(f"{self._path} is not UTF-8 text: save it as UTF-8.", field="config") from error
        except (ValueError, RecursionError) as error:
            message = f"{self._path} is neither JSON nor TOML: {error}."
            raise InvalidJob(message, field="config") from error
        if not isinstance(found, dict) or not found:
            raise InvalidJob(
                f"{self._path} should map categories to lists of keywords, such as {EXAMPLE}.", field="config"
            )
        return found if "categories" in found else {"categories": found}

    def plan(self, found: dict[str, Any]) -> Plan:
        for name in found.keys() - TOP:
            self._wrong(name, f"is unknown here; there are {', '.join(TOP)}")
        leaves = list(self._leaves(found["categories"], "categories", ()))
        labels = self._labels(leaves, found)
        targets, minimums = self._numbers(leaves, labels, found)
        return Plan(
            keywords=self._keywords(leaves, labels),
            targets=targets,
            minimums=minimums,
            conflicts=self._choice(found, "conflicts", Conflicts),
            max_images=self._number(found, "max_images", "max_images"),
        )

    def _leaves(self, node: object, field: str, path: tuple[str, ...]) -> Iterator[_Leaf]:
        if isinstance(node, list):
            node = {"keywords": node}
        if not isinstance(node, dict) or not node or len(path) > DEEPEST:
            self._wrong(field, f"should be a list of keywords or hold more categories, such as {EXAMPLE}")
        if "keywords" in node and path:
            for name in node.keys() - set(OPTIONS):
                self._wrong(f"{field}.{name}", f"is unknown beside keywords; there are {', '.join(OPTIONS)}")
            words = node["keywords"]
            if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
                self._wrong(f"{field}.keywords" if len(node) > 1 else field, "should be a list of keywords")
            yield _Leaf(field, path, node)
            return
        for name, below in node.items():
            if not tidy(name):
                self._wrong(field, "has a category without a name")
            yield from self._leaves(below, f"{field}.{name}", (*path, tidy(name)))

    def _labels(self, leaves: list[_Leaf], found: Mapping[str, Any]) -> list[str]:
        """Each leaf's class: what the file says, else its name, or its path with ``labels = "path"``."""
        whole = self._choice(found, "labels", {"leaf": False, "path": True})
        mapping = self._mapping(found.get("classes", {}), leaves)
        labels: list[str] = []
        named: dict[str, str] = {}
        for leaf in leaves:
            path = "/".join(leaf.path)
            given = leaf.options.get("label") or mapping.get(path) or mapping.get(leaf.path[-1])
            if given is not None and not isinstance(given, str):
                self._wrong(f"{leaf.field}.label", "should be a text")
            label = tidy(given or (path if whole else leaf.path[-1]))
            if given is None and named.setdefault(label, leaf.field) != leaf.field:
                hint = 'set labels = "path", or give one a label of its own'
                self._wrong(leaf.field, f"has the same name as {named[label]}; {hint}")
            labels.append(label)
        return labels

    def _mapping(self, classes: object, leaves: list[_Leaf]) -> dict[str, str]:
        if not isinstance(classes, dict) or not all(isinstance(v, str) and tidy(v) for v in classes.values()):
            self._wrong("classes", 'should map categories to class names, such as {"kitten": "cat"}')
        known = {"/".join(leaf.path) for leaf in leaves} | {leaf.path[-1] for leaf in leaves}
        for name in classes.keys() - known:
            self._wrong(f"classes.{name}", "names no category of this file")
        return classes

    def _numbers(
        self, leaves: list[_Leaf], labels: list[str], found: Mapping[str, Any]
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Targets and minimums by label; categories of one class add up."""
        targets: dict[str, int] = {}
        minimums: dict[str, int] = {}
        for leaf, label in zip(leaves, labels, strict=True):
            for name, sums in (("max_images", targets), ("minimum", minimums)):
                number = self._number(leaf.options, name, f"{leaf.field}.{name}")
                if number is not None:
                    sums[label] = sums.get(label, 0) + number
        for_all = self._number(found, "minimum", "minimum")
        if for_all is not None:
            minimums = {label: minimums.get(label, for_all) for label in labels}
        return targets, minimums

    def _keywords(self, leaves: list[_Leaf], labels: list[str]) -> tuple[Keyword, ...]:
        first: dict[str, str] = {}
        words: dict[str, list[str]] = {}
        for leaf, label in zip(leaves, labels, strict=True):
            for word in leaf.options["keywords"]:
                if (other := first.setdefault(same(word), leaf.field)) != leaf.field:
                    self._wrong(leaf.field, f"has the keyword “{tidy(word)}”, which is in {other} already")
            words.setdefault(label, []).extend(leaf.options["keywords"])
        return checked_words((), words)

    def _number(self, node: Mapping[str, Any], name: str, field: str) -> int | None:
        number = node.get(name)
        if number is None:
            return None
        if type(number) is not int or not 1 <= number <= MAX_IMAGES:
            self._wrong(field, f"should be a number from 1 to {MAX_IMAGES:,}")
        return number

    def _choice(self, node: Mapping[str, Any], name: str, choices: Any) -> Any:  # noqa: ANN401 -- an enumeration or a table
        given = node.get(name)
        if given is None:
            return None
        table = choices if isinstance(choices, dict) else {one.value: one for one in choices}
        if not isinstance(given, str) or given not in table:
            self._wrong(name, f"should be one of {', '.join(table)}")
        return table[given]

    def _wrong(self, field: str, what: str) -> NoReturn:
        raise InvalidJob(f"{self._path}: {field} {what}.", field="config")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two categories of one name the first would be lost without a word. Raises ValueError."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it has {twice!r} twice")
    return found
