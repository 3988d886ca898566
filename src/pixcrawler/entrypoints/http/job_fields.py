"""Texts and numbers that bodies may hold, each to its limit."""

from typing import Annotated

from msgspec import Meta

from pixcrawler.domain.crawling.addresses import ADDRESS, MAX_ADDRESS_LENGTH, MAX_ADDRESSES
from pixcrawler.domain.crawling.spec import MAX_IMAGES, MAX_KEYWORD_LENGTH, MAX_KEYWORDS, MAX_NAME_LENGTH
from pixcrawler.domain.shared.wall_clock import TIME_OF_DAY

LARGEST_VERSION = 2**31 - 1
SOMETHING = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
"""Not blanks alone, and nothing that Postgres cannot store."""
NO_NUL = r"^[^\u0000]*$"
ONE_LINE = r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$"

Text = Annotated[str, Meta(min_length=1, max_length=MAX_KEYWORD_LENGTH, pattern=SOMETHING)]
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_LENGTH, pattern=ONE_LINE)]
Images = Annotated[int, Meta(ge=1, le=MAX_IMAGES)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=MAX_KEYWORDS)]
Version = Annotated[int, Meta(ge=1, le=LARGEST_VERSION)]
Word = Annotated[str, Meta(min_length=1, max_length=100, pattern=SOMETHING)]
Address = Annotated[str, Meta(min_length=8, max_length=MAX_ADDRESS_LENGTH, pattern=ADDRESS)]
Addresses = Annotated[tuple[Address, ...], Meta(min_length=1, max_length=MAX_ADDRESSES)]
Side = Annotated[int, Meta(ge=1, le=100_000)]
Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$")]
TimeOfDay = Annotated[str, Meta(pattern=TIME_OF_DAY)]
TimeZone = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9_+/-]+$")]
