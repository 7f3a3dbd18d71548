"""The Retry-After header, by which another service says when it wants to be asked again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 366 * 24 * 3600.0
"""Seconds; what is longer is cut to this, so that whoever adds or compares has a finite number.

Nobody waits for so long: a pause that would outlast its deadline is not begun, see `Retrier`. Whoever asked us is told
the whole.
"""


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After asks for (RFC 9110, section 10.2.3).

    Args:
        value: the header's value, digits or an HTTP-date; None where there is no such header.
        now: the time of day, with its time zone; an HTTP-date counts from it.

    Returns:
        From 0, for a date that has passed, to `LONGEST`; None where there is no value, or one that is neither form.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST)
    moment = _parse_date(text)
    if moment is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), LONGEST)


def _parse_date(text: str) -> datetime | None:
    """Return the moment that an HTTP-date names, in any of the three forms of RFC 9110, section 5.6.7."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # The form of asctime has no zone; it too means UTC.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
