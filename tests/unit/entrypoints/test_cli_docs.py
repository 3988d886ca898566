"""What the code knows best stands in the reference as the code says it."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "scripts/reference.py"
HINT = "run: .venv/bin/python scripts/reference.py"


def wanted() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("reference", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages: dict[Path, str] = module.pages()
    return pages


def test_the_reference_says_what_the_code_says() -> None:
    other = [page.name for page, text in wanted().items() if page.read_text(encoding="utf-8") != text]
    assert other == [], HINT
