"""``OPTIONS``: which methods a path takes."""

from litestar import Litestar
from litestar.routes import HTTPRoute


def tell_all_methods(litestar: Litestar) -> None:
    """Litestar makes the answer when a path's first handler comes, and keeps it when others follow: ``Allow``
    would name the first one's methods only (RFC 9110, §10.2.1: all that the resource takes)."""
    for route in litestar.routes:
        if isinstance(route, HTTPRoute):
            first, _ = route.route_handler_map["OPTIONS"]
            handler = route.create_options_handler(route.path)
            handler.owner = first.owner
            handler.on_registration(litestar)
            model = handler.create_kwargs_model(path_parameters=route.path_parameters)
            route.route_handler_map["OPTIONS"] = (handler, model)
