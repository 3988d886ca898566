"""What a download is called, for clients old and new."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.datasets.export_name import download_name, export_name
from pixcrawler.domain.shared.attachment import attachment


@pytest.mark.parametrize(
    ("dataset", "name", "plain"),
    [
        ("Red fox", "red-fox-v1", None),
        ("Füchse & Gänse", "füchse-gänse-v1", "fuchse-ganse-v1"),
        ("Fu\N{COMBINING DIAERESIS}chse", "füchse-v1", "fuchse-v1"),
        ("赤狐", "赤狐-v1", "v1"),
        ("赤狐 red fox", "赤狐-red-fox-v1", "red-fox-v1"),
        ("красная лиса", "красная-лиса-v1", "v1"),
        ("हिन्दी", "हिन्दी-v1", "v1"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe", "gpj-exe-v1", None),
        ("\N{FOX FACE}", "\N{FOX FACE}-v1", "v1"),
        ("../../etc/passwd\r\nx: y", "etc-passwd-x-y-v1", None),
        ("¿?", "dataset-v1", None),
    ],
)
def test_a_download_has_the_datasets_own_name_and_what_ascii_keeps_of_it(
    dataset: str, name: str, plain: str | None
) -> None:
    assert download_name(dataset, 1) == name
    told = attachment(f"{name}.zip")
    shown = re.match(r'attachment; filename="([^"]*)"', told)
    assert shown is not None
    assert shown[1] == f"{plain or name}.zip"
    assert ("filename*" in told) == (plain is not None)
    if plain is not None:
        assert unquote(told.split("filename*=UTF-8''")[1]) == f"{name}.zip"


def test_a_name_without_any_plain_letter_keeps_its_ending() -> None:
    assert attachment("赤.zip").startswith('attachment; filename="file.zip"; ')
    assert attachment("赤").startswith('attachment; filename="file"; ')


def test_long_names_fit_into_a_file_system() -> None:
    assert download_name("x" * 200, 1) == export_name("x" * 200, 1)
    assert len(f"{download_name('🦊狐' * 100, 1_000_000)}.tar.zst".encode()) <= 255


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_name_is_one_header_of_plain_characters(name: str) -> None:
    told = attachment(f"{download_name(name, 7)}.zip")
    assert re.fullmatch(
        r"attachment; filename=\"[A-Za-z0-9._ -]+\"(; filename\*=UTF-8''[A-Za-z0-9._~%-]+)?", told
    )
    assert re.fullmatch(r"""attachment; filename="[^"]*"(; .*)?""", attachment(name))
