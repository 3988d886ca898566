"""Links of the OpenAPI document: what can be done next with what an answer names (OpenAPI 3.1, §4.8.20)."""

import re
from typing import Any

_IDS = {"post": ("201", "$response.body#/id"), "get": ("200", "$response.body#/items/0/id")}
"""Where an id is: in what was created, and in a page of what there is."""


def add_links(paths: dict[str, Any]) -> None:
    """From ``…/things``, where things are created and listed, to every operation below ``/things/{id}``."""
    for path, item in paths.items():
        noun = path.rpartition("/")[2]
        below = re.compile(rf"/api/v1/{re.escape(noun)}/{{(\w+)}}(/|$)")
        for method, (status, place) in _IDS.items():
            if method not in item or status not in item[method]["responses"]:
                continue
            links = {
                operation["operationId"]: {
                    "operationId": operation["operationId"],
                    "parameters": {found[1]: place},
                }
                for other, operations in paths.items()
                if (found := below.match(other))
                for operation in operations.values()
            }
            if links:
                item[method]["responses"][status]["links"] = links
