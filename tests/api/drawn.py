"""The API as its document draws it, without any server. Built once for all tests that look at it."""

from typing import Any

from pixcrawler.entrypoints.http.app import create_app
from pixcrawler.entrypoints.http.document import document
from pixcrawler.settings import load_settings

LITESTAR = create_app(load_settings({"HOME": "/nowhere"}))
DOCUMENT: dict[str, Any] = document(LITESTAR)
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
