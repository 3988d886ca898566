"""Pages, sites, sitemaps and feeds that a job is told to read."""

import re
from collections.abc import Iterable

from pixcrawler.domain.crawling.errors import InvalidJob

ADDRESS_SOURCES = ("web", "feed")
"""Sources whose input is addresses: one a line in ``JobSpec.inputs``."""
MAX_ADDRESSES = 1_000
MAX_ADDRESS_LENGTH = 2_000
DEFAULT_IMAGES = 1_000
"""How many images a job of addresses alone may have where nobody says how many."""

_BLANK = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""Controls and blanks by number: what ``\\s`` means is not the same in Python and in JSON Schema."""
ADDRESS = (
    r"^[Hh][Tt][Tt][Pp][Ss]?://"
    rf"(\[[0-9A-Fa-f:.]+\]|[^{_BLANK}/?#@\\%:\[\]]+)"
    rf"(:[0-9]{{1,5}})?([/?#][^{_BLANK}\\]*)?$"
)
"""An absolute http or https URL without a login, as a regular expression of Python and of JSON Schema."""

_ADDRESS = re.compile(ADDRESS)


def checked_addresses(given: Iterable[str], *, field: str) -> str:
    """The addresses as a job keeps them: each once, in order, one a line.

    Raises:
        InvalidJob: one is no absolute http(s) URL or too long, or there are none, or too many.
    """
    found = list(dict.fromkeys(address.strip() for address in given))
    if not found:
        raise InvalidJob("No address was given; name at least one page or feed.", field=field)
    if len(found) > MAX_ADDRESSES:
        message = f"{len(found):,} addresses are more than {MAX_ADDRESSES:,}; split them over several jobs."
        raise InvalidJob(message, field=field)
    for address in found:
        if len(address) > MAX_ADDRESS_LENGTH:
            message = f"The address {address[:60]}… is longer than {MAX_ADDRESS_LENGTH:,} characters."
            raise InvalidJob(message, field=field)
        if _ADDRESS.fullmatch(address) is None:
            message = f"“{address[:100]}” is no address; write it as https://example.org/page."
            raise InvalidJob(message, field=field)
    return "\n".join(found)


def addresses(kept: str) -> tuple[str, ...]:
    """What ``checked_addresses`` made one text of."""
    return tuple(line for line in kept.split("\n") if line)
