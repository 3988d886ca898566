import pytest

from pixcrawler.domain.datasets.class_names import class_folders


@pytest.mark.parametrize(
    ("label", "folder"),
    [
        ("cat", "cat"),
        ("a.b", "a.b"),
        ("contest", "contest"),
        ("latest trains", "latest trains"),
        ("\N{CAT FACE}", "\N{CAT FACE}"),
        ("AT&T", "AT&T"),
        ("train", "cls=train"),
        ("Test", "cls=Test"),
        ("test tube", "cls=test tube"),
        ("hot test tube", "hot =test tube"),
        ("x.eval", "x.=eval"),
        ("my-val_1", "my-=val_1"),
        ("42dev7", "42=dev7"),
        ("train-test", "cls=train-=test"),
        ("", "_unlabeled"),
        ("_unlabeled", "cls=_unlabeled"),
        ("__x", "cls=__x"),
        (".hidden", "cls=.hidden"),
        ("../x", "cls=.._x"),
        ("..", "cls=__"),
        ("a/b\\c", "a_b_c"),
        ("two\nlines\x00", "two_lines_"),
        ("abc\N{RIGHT-TO-LEFT OVERRIDE}gpj", "abc_gpj"),
        ("CON", "cls=CON"),
        ("com1.txt", "cls=com1.txt"),
        ("CONIN$", "CONIN_"),
        ("a $HOME", "a _HOME"),
        ("console", "console"),
        ("metadata.jsonl", "cls=metadata.jsonl"),
        ("Metadata.CSV", "cls=Metadata.CSV"),
        ("metadata", "metadata"),
        ("end. ", "end_"),
        ("-rf", "cls=-rf"),
        ("e\N{COMBINING ACUTE ACCENT}", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("http://x::y", "http___x__y"),
    ],
)
def test_a_folder_name_fools_nobody(label: str, folder: str) -> None:
    assert class_folders([label]) == {label: folder}


def test_labels_that_a_file_system_takes_for_one_get_folders_of_their_own() -> None:
    labels = ["Cat", "cat", "CAT", "\N{LATIN SMALL LIGATURE FI}", "fi", "a/b", "a:b", "", " "]
    folders = class_folders(labels)
    assert folders["CAT"] == "CAT"
    assert len({name.casefold() for name in folders.values()}) == len(labels)


def test_names_do_not_depend_on_the_order_of_labels() -> None:
    labels = ["Cat", "cat", "x" * 200, "x" * 201]
    assert class_folders(labels) == class_folders(reversed(labels))


@pytest.mark.parametrize(
    "label", ["x" * 300, "日本" * 60, "n" * 84 + " testosterone levels", "n" * 85 + " testosterone levels"]
)
def test_a_long_name_is_cut_to_100_bytes_and_stays_harmless(label: str) -> None:
    name = class_folders([label])[label]
    assert len(name.encode()) <= 100
    assert " test-" not in name


def test_a_text_that_is_no_valid_unicode_still_gets_a_folder() -> None:
    assert class_folders(["a\ud83db"]) == {"a\ud83db": "a_b"}
