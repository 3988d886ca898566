"""Postgres, by SQLAlchemy and advanced-alchemy.

advanced-alchemy asks for one optional type of Litestar's, and so loads all of it: a third of a second that
no worker and no command has a use for. Unless Litestar is loaded already, it is shown as absent meanwhile.
"""

import importlib
import sys

if "litestar" not in sys.modules:
    sys.modules["litestar"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("advanced_alchemy.base")
    finally:
        del sys.modules["litestar"]
