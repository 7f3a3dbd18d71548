"""When a delivery was signed, and whether that is recent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from backend.webhooks.signatures.errors import Reason, SignatureError

# One spelling for each moment: what is signed is the text, and libraries sign it anew from the number.
_SECONDS: Final = re.compile(r"0|[1-9][0-9]{0,10}")


def read_timestamp(text: str) -> datetime:
    """Return the moment that whole seconds since 1970 (Unix time) stand for.

    Raises:
        SignatureError: these are no seconds, or too many digits.
    """
    if not _SECONDS.fullmatch(text):
        raise SignatureError(
            Reason.MALFORMED, "the timestamp is malformed: expected seconds since 1970, 1 to 11 digits and nothing else"
        )
    return datetime.fromtimestamp(int(text), UTC)


def write_timestamp(moment: datetime) -> str:
    """Return the whole seconds since 1970."""
    return str(int(moment.timestamp()))


def check_age(timestamp: datetime, now: datetime, tolerance: timedelta) -> None:
    """Check that a timestamp is at most `tolerance` before or behind `now`, which has a time zone.

    Raises:
        SignatureError: it is not.
    """
    age = now - timestamp
    seconds = int(tolerance.total_seconds())
    if age > tolerance:
        raise SignatureError(
            Reason.TOO_OLD, f"the timestamp is more than {seconds} s old: sign the delivery again, with the time of now"
        )
    if age < -tolerance:
        raise SignatureError(
            Reason.IN_THE_FUTURE, f"the timestamp is more than {seconds} s in the future: set the sender's clock right"
        )
