"""Postgres, by SQLAlchemy and advanced-alchemy.

advanced-alchemy asks for types of libraries that its users may have, and so loads all of Litestar, pydantic,
attrs and numpy: half a second that no worker and no command has a use for. What is not loaded already is
shown as absent meanwhile. Of three other databases it takes a name or two each, for columns that it would
make there, and so loads all that SQLAlchemy knows of them; here general types stand for these.
"""

import importlib
from contextlib import ExitStack

from sqlalchemy.types import LargeBinary, Uuid

from pixcrawler.adapters import absent, standing_in

_ELSEWHERE: dict[str, dict[str, object]] = {
    "mssql": {"UNIQUEIDENTIFIER": Uuid},
    "mysql": {"insert": None},
    "oracle": {"BLOB": LargeBinary, "RAW": LargeBinary},
}

with ExitStack() as loading:
    loading.enter_context(absent("litestar", "pydantic", "attrs", "cattrs", "numpy"))
    for database, names in _ELSEWHERE.items():
        loading.enter_context(standing_in(f"sqlalchemy.dialects.{database}", **names))
    for module in ("base", "repository"):
        importlib.import_module(f"advanced_alchemy.{module}")
