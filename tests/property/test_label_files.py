"""Whatever a picture is called: it comes out of a label file as it was, and takes nothing else with it."""

import csv
import io
import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from pixcrawler.adapters.exporters.cells import csv_line, exact_cell, from_exact_cell
from pixcrawler.adapters.exporters.label_files import LabelFiles
from pixcrawler.adapters.exporters.labels_csv import LabelsCsv
from pixcrawler.adapters.exporters.labels_json import LabelsJson
from pixcrawler.adapters.exporters.labels_txt import LabelsTxt
from pixcrawler.adapters.exporters.labels_yaml import LabelsYaml

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.text(
    "'\"\\\r\n\0:-[]{}=,#&* a\x85\u2028"
)
FORMULA = "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"


def txt(content: str) -> dict[str, Any]:
    lines = dict(line.split(": ", 1) for line in content.splitlines())
    return {name: json.loads(f'"{value}"') for name, value in lines.items()}


def row(content: str) -> dict[str, Any]:
    (found,) = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    return {name: from_exact_cell(value) for name, value in found.items()}


READ = [(LabelsTxt, txt), (LabelsJson, json.loads), (LabelsCsv, row), (LabelsYaml, yaml.safe_load)]


@pytest.mark.parametrize(("form", "read"), READ)
@given(label=texts, path=texts)
@example(label="a\nlicense: mit\nx: y", path='"\n- !!python/object:os.system')
@example(label="\N{CAT FACE}\N{ZERO WIDTH JOINER}\N{CAT FACE}\U000e0001", path="\x7f\x85\u2028\ufeff")
def test_texts_come_back_and_stay_where_they_are(
    form: type[LabelFiles], read: Any, label: str, path: str
) -> None:
    written = form.one({"category": label, "image_path": path}).decode()
    assert read(written) == {"category": label, "image_path": path}


@given(text=texts, other=texts)
@example(text="'=1+1", other="=1+1")
def test_no_two_texts_are_one_cell_and_no_cell_is_a_formula(text: str, other: str) -> None:
    cell = exact_cell(text)
    assert from_exact_cell(cell) == text
    assert not cell.startswith(tuple(FORMULA))
    assert (cell == exact_cell(other)) == (text == other)
    (read,) = csv.reader(io.StringIO(csv_line((cell, "x")).decode(), newline=""), strict=True)
    assert read == [cell, "x"]


@given(cells=st.lists(texts | st.integers() | st.floats(), min_size=1, max_size=4))
@example(cells=[""])
@example(cells=["", ""])
@example(cells=["a\rb"])
def test_a_line_is_what_the_library_writes(cells: list[str | int | float]) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    assert csv_line(cells) == written.getvalue().removesuffix("\r\n").encode() + b"\n"
