"""The file of `crawl --config`: a tree of categories, and sentences that name what is wrong in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.entrypoints.cli.config_file import Plan, read_plan


def plan(tmp_path: Path, content: Any, name: str = "plan.json") -> Plan:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_plan(path)


def labels(found: Plan) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for keyword in found.keywords:
        named.setdefault(keyword.label, []).append(keyword.text)
    return named


def test_a_flat_table_is_enough(tmp_path: Path) -> None:
    found = plan(tmp_path, {"cat": ["tabby", "kitten -toy"], "dog": ["poodle"]})
    assert labels(found) == {"cat": ["tabby", "kitten"], "dog": ["poodle"]}
    assert found.keywords[1].exclude == ("toy",)
    assert (found.targets, found.minimums, found.conflicts, found.max_images) == ({}, {}, None, None)


TREE = """
max_images = 300
minimum = 5
conflicts = "multi"

[categories]
plant = ["fern"]

[categories.animals]
cat = ["tabby"]

[categories.animals.birds]
owl = ["barn owl", "snowy owl"]

[categories.animals.birds.duck]
keywords = ["mallard"]
max_images = 40
minimum = 20
"""


def test_a_tree_gives_each_leaf_a_class_of_its_own_name(tmp_path: Path) -> None:
    found = plan(tmp_path, TREE, "plan.toml")
    assert labels(found) == {
        "plant": ["fern"],
        "cat": ["tabby"],
        "owl": ["barn owl", "snowy owl"],
        "duck": ["mallard"],
    }
    assert found.targets == {"duck": 40}
    assert found.minimums == {"plant": 5, "cat": 5, "owl": 5, "duck": 20}
    assert (found.conflicts, found.max_images) == (Conflicts.MULTI, 300)


def test_labels_may_be_whole_paths(tmp_path: Path) -> None:
    found = plan(
        tmp_path, {"labels": "path", "categories": {"animal": {"jaguar": ["a"]}, "car": {"jaguar": ["b"]}}}
    )
    assert labels(found) == {"animal/jaguar": ["a"], "car/jaguar": ["b"]}


def test_categories_are_mapped_to_classes_whose_numbers_add_up(tmp_path: Path) -> None:
    cats = {
        "tabby": {"keywords": ["tabby"], "max_images": 3},
        "persian": {"keywords": ["persian cat"], "max_images": 4},
    }
    found = plan(
        tmp_path,
        {
            "categories": {"cats": cats, "dog": {"keywords": ["dog"], "label": "canine", "minimum": 2}},
            "classes": {"cats/tabby": "feline", "persian": "feline"},
        },
    )
    assert labels(found) == {"feline": ["tabby", "persian cat"], "canine": ["dog"]}
    assert (found.targets, found.minimums) == ({"feline": 7}, {"canine": 2})


LEAF = {"keywords": ["a"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "neither JSON nor TOML"),
        ('{"a": ["x"], "b": ["y"], "a": ["z"]}', "it has 'a' twice"),
        ("[1]", "should map categories"),
        ({}, "should map categories"),
        ({"cat": []}, "categories.cat should be a list of keywords"),
        ({"cat": "tabby"}, "categories.cat should be a list"),
        ({"cat": ["a", 1]}, "categories.cat should be a list of keywords"),
        ({"a": {"b": {"c": 3}}}, "categories.a.b.c should be"),
        ({"a": {"b": {"keywords": []}}}, "categories.a.b should be a list of keywords"),
        ({"a": LEAF | {"max_image": 3}}, "categories.a.max_image is unknown"),
        ({"a": LEAF | {"b": ["c"]}}, "categories.a.b is unknown"),
        ({"a": LEAF | {"max_images": 0}}, "categories.a.max_images should be a number"),
        ({"a": LEAF | {"minimum": "many"}}, "categories.a.minimum should be a number"),
        ({"a": LEAF | {"minimum": True}}, "categories.a.minimum should be a number"),
        ({"a": LEAF | {"label": 3}}, "categories.a.label should be a text"),
        ({"": ["a"]}, "without a name"),
        ({"a": ["x"], "b": ["X "]}, "categories.b has the keyword “X”, which is in categories.a already"),
        ({"a": {"c": ["x"]}, "b": {"c": ["y"]}}, "categories.b.c has the same name as categories.a.c"),
        ({"categories": {"a": ["x"]}, "colour": 1}, "colour is unknown"),
        ({"categories": {"a": ["x"]}, "conflicts": "both"}, "conflicts should be one of keep, drop, multi"),
        ({"categories": {"a": ["x"]}, "labels": "stem"}, "labels should be one of leaf, path"),
        ({"categories": {"a": ["x"]}, "classes": {"b": "c"}}, "classes.b names no category"),
        ({"categories": {"a": ["x"]}, "classes": ["b"]}, "classes should map"),
        ({"categories": {"a": ["x"]}, "max_images": 1.5}, "max_images should be a number"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, ""),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(InvalidJob) as told:
        plan(tmp_path, content)
    assert said in str(told.value)
    assert "plan.json" in str(told.value)
    assert told.value.field == "config"


@pytest.mark.parametrize("odd", ["\\u0000", "\\ud83d"])
@pytest.mark.parametrize(
    ("content", "said"),
    [('{"cat": ["ODD fox"]}', "The keyword '"), ('{"ODD cat": ["fox"]}', "The category '")],
)
def test_what_json_can_spell_and_nothing_can_hold_is_refused(
    tmp_path: Path, content: str, said: str, odd: str
) -> None:
    with pytest.raises(InvalidJob, match="holds NUL or half a character") as told:
        plan(tmp_path, content.replace("ODD", odd))
    assert str(told.value).startswith(said)


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    assert labels(plan(tmp_path, '\ufeff{"cat": ["tabby"]}')) == {"cat": ["tabby"]}


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"cat": ["tabby"]}', encoding="utf-16")
    with pytest.raises(InvalidJob, match="is not UTF-8 text"):
        read_plan(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidJob, match="cannot be read"):
        read_plan(tmp_path / "nowhere.json")
