"""What changed between two versions, in words. (That it is right: tests/property/test_selections.py.)"""

from pixcrawler.domain.datasets.difference import Place, compare, difference, told


def version(**labels: str) -> list[Place]:
    """Pictures of one letter by class."""
    found = [Place(letter * 64, label) for label, letters in labels.items() for letter in letters]
    return sorted(found, key=lambda place: (place.label, place.sha256))


def changelog(old: list[Place], new: list[Place]) -> str:
    return told(difference(3, *compare(old, new)))


def test_a_changelog_counts_what_changed_in_each_class() -> None:
    old, new = version(cat="abcd", dog="ef"), version(cat="abe", dog="f", fish="012")
    assert changelog(old, new).splitlines() == [
        "Since version 3: 3 added, 2 removed, 1 relabelled, 3 unchanged.",
        "- cat: 2 removed, 1 from other classes",
        "- fish: 3 added",
        "- dog: 1 to other classes",
    ]


def test_a_changelog_of_nothing_says_so() -> None:
    assert told(None) == "The first version."
    assert changelog(version(cat="ab"), version(cat="ab")) == "The same images as version 3."


def test_a_changelog_of_many_classes_is_short() -> None:
    new = version(**{f"class {n:02}": f"{n % 10}" for n in range(10)}, **{"": "abcd", "z": "e", "y": "f"})
    lines = changelog([], new).splitlines()
    assert len(lines) == 12
    assert lines[1] == "- (no label): 4 added"
    assert lines[-1] == "- and 3 more classes"
