"""Postgres, by SQLAlchemy and advanced-alchemy.

advanced-alchemy asks for types of libraries that its users may have, and so loads all of Litestar, pydantic,
attrs and numpy: half a second that no worker and no command has a use for. What is not loaded already is
shown as absent meanwhile.
"""

import importlib

from pixcrawler.adapters import absent

with absent("litestar", "pydantic", "attrs", "cattrs", "numpy"):
    importlib.import_module("advanced_alchemy.base")
