"""dependency-injector, of which no more is used than its containers and providers.

It would load yaml, pydantic and werkzeug, where they are installed, to read settings and to know Flask's
requests.
"""

from pixcrawler.adapters import not_found

with not_found("yaml", "pydantic_settings", "pydantic", "werkzeug"):
    from dependency_injector import containers, providers

__all__ = ["containers", "providers"]
