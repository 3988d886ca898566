"""``?page=1&size=20``."""

from typing import Annotated

from litestar.params import QueryParameter

from pixcrawler.domain.shared.errors import Invalid
from pixcrawler.domain.shared.paging import FARTHEST, Window

PageNumber = Annotated[int, QueryParameter(ge=1, le=FARTHEST, description="Which page; the first is 1.")]
PageSize = Annotated[int, QueryParameter(ge=1, le=100, description="How many items a page has.")]


class PageTooFar(Invalid):
    code = "PAGE_TOO_FAR"


def window(page: PageNumber = 1, size: PageSize = 20) -> Window:
    """Raises PageTooFar: deep pages are slow for everybody, and a filter or a cursor serves better."""
    if page * size > FARTHEST:
        raise PageTooFar(
            f"Pages reach to item {FARTHEST:,}: page × size may not be more. Filter the list, "
            "or follow next_cursor where the list has one.",
            field="page",
        )
    return Window(page, size)
