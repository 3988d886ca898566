"""Links of the OpenAPI document: what can be done next with what was created (OpenAPI 3.1, §4.8.20)."""

import re
from typing import Any


def add_links(paths: dict[str, Any]) -> None:
    """From the 201 of ``POST …/things`` to every operation below ``/things/{id}``."""
    for path, item in paths.items():
        made = item.get("post", {}).get("responses", {}).get("201")
        if made is None:
            continue
        below = re.compile(rf"{re.escape(path)}/{{(\w+)}}(/|$)")
        made["links"] = {
            operation["operationId"]: {
                "operationId": operation["operationId"],
                "parameters": {found[1]: "$response.body#/id"},
            }
            for other, operations in paths.items()
            if (found := below.match(other))
            for operation in operations.values()
        }
