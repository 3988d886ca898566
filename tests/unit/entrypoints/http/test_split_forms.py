"""What an export's ``splits`` say when some of them are left out."""

import pytest

from pixcrawler.domain.datasets.errors import InvalidSplit
from pixcrawler.entrypoints.http.dataset_forms import SplitsForm


@pytest.mark.parametrize(
    ("form", "ratios"),
    [
        (SplitsForm(), {"train": 0.8, "val": 0.1, "test": 0.1}),
        (SplitsForm(seed=7), {"train": 0.8, "val": 0.1, "test": 0.1}),
        (SplitsForm(train=0.8, val=0.2), {"train": 0.8, "val": 0.2}),
        (SplitsForm(train=1), {"train": 1}),
        (SplitsForm(train=0.9, val=0.1, test=0), {"train": 0.9, "val": 0.1}),
    ],
)
def test_who_names_a_part_names_all_of_them(form: SplitsForm, ratios: dict[str, float]) -> None:
    assert form.plan.ratios == ratios


@pytest.mark.parametrize("form", [SplitsForm(train=0.8), SplitsForm(val=0.1, test=0.1)])
def test_parts_that_are_not_all_of_it_are_refused(form: SplitsForm) -> None:
    with pytest.raises(InvalidSplit, match="add up to"):
        _ = form.plan
