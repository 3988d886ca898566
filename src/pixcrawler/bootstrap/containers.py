"""dependency-injector, of which no more is used than its containers and providers.

It would load yaml and werkzeug, where they are installed, to read settings from files and to know Flask's
requests.
"""

from pixcrawler.adapters.postgres.absent import absent

with absent("yaml", "werkzeug"):
    from dependency_injector import containers, providers

__all__ = ["containers", "providers"]
