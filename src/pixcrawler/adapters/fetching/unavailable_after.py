"""``unavailable_after`` of X-Robots-Tag and ``<meta name="robots">``: until when a thing may be used."""

from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime

_LONGEST = 64


def elapsed(date: str, at: datetime) -> bool:
    """Whether the date is over. Read are those of RFC 822 and its successors, of RFC 850 and of ISO 8601, as
    Google documents them; one without a time is over with its day, one without a zone is in UTC.

    What is no date sets no limit.
    """
    text = date.strip()[:_LONGEST]
    moment = _iso(text) or _mail(text) or _mail(f"{text} GMT") or _mail(f"{text} 23:59:59 GMT")
    return moment is not None and moment < at


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if ":" not in text and "t" not in text.lower():
        moment = datetime.combine(moment, time.max)
    return _aware(moment)


def _mail(text: str) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
